//! Helm charts: which of their files are templates, and which Helm reads for itself.

use std::path::Path;

use crate::yaml::Dialect;

/// The file that makes its folder a Helm chart.
pub const CHART: &str = "Chart.yaml";
/// The folder of a chart that holds its templates.
const TEMPLATES: &str = "templates";

/// Which part of a chart a folder is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// None.
    #[default]
    Outside,
    /// The chart's own folder. What lies there is what it would be elsewhere, but for Helm's own files.
    Chart,
    /// Any other folder of the chart, read in the same way.
    Within,
    /// Values that the chart is tried with.
    Tests,
    /// `templates`, or a folder in it.
    Templates,
}

impl Part {
    /// The part that a folder is, where the folder above it is `self`.
    pub fn below(self, folder: &Path, has_chart: bool) -> Part {
        if has_chart {
            return Part::Chart;
        }
        match (self, folder.file_name().and_then(|name| name.to_str())) {
            (Part::Chart, Some(TEMPLATES)) => Part::Templates,
            (Part::Chart, Some("ci")) => Part::Tests,
            (Part::Chart, _) => Part::Within,
            _ => self,
        }
    }

    /// How the files of the folder are read.
    pub fn dialect(self) -> Dialect {
        match self {
            Part::Templates => Dialect::Template,
            Part::Chart | Part::Within => Dialect::Either,
            Part::Outside | Part::Tests => Dialect::Manifest,
        }
    }

    /// Whether Helm reads a file of the folder for itself.
    pub fn owns(self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
        match self {
            Part::Outside => [CHART, "Chart.lock"].iter().any(|it| name.eq_ignore_ascii_case(it)),
            Part::Chart | Part::Within => {
                ["chart.yaml", "chart.lock", "requirements.yaml", "index.yaml"].contains(&&*name) || name.contains("values")
            }
            Part::Tests => true,
            Part::Templates => false,
        }
    }
}
