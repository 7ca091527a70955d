//! The Kubernetes releases that podls speaks for.

use std::fmt;
use std::str::FromStr;

/// A minor release of Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Release {
    /// 1.33, the oldest one supported.
    V1_33,
    /// 1.34
    V1_34,
    /// 1.35
    V1_35,
    /// 1.36
    V1_36,
    /// 1.37, the newest one and the default.
    #[default]
    V1_37,
}

impl Release {
    /// Oldest first.
    pub const ALL: [Release; 5] = [Release::V1_33, Release::V1_34, Release::V1_35, Release::V1_36, Release::V1_37];

    /// `1.37`
    pub fn name(self) -> &'static str {
        match self {
            Release::V1_33 => "1.33",
            Release::V1_34 => "1.34",
            Release::V1_35 => "1.35",
            Release::V1_36 => "1.36",
            Release::V1_37 => "1.37",
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Release {
    type Err = String;

    /// Reads `1.35`, `v1.35` and `1.35.4`; the error names the releases there are.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let short = text.trim().trim_start_matches('v');
        Release::ALL
            .into_iter()
            .find(|it| short == it.name() || short.strip_prefix(it.name()).is_some_and(|rest| rest.starts_with('.')))
            .ok_or_else(|| format!("podls does not know Kubernetes {text:?}; it knows {} to {}", Release::ALL[0], Release::default()))
    }
}
