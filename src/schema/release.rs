//! The Kubernetes releases that podls speaks for.

use std::fmt;
use std::str::FromStr;

/// A minor release of Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Release {
    /// 1.33
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

    /// The oldest one supported.
    pub const OLDEST: Release = Release::ALL[0];

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
            .ok_or_else(|| format!("podls does not know Kubernetes {text:?}; it knows {} to {}", Release::OLDEST, Release::default()))
    }
}

/// One or more releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases(u8);

impl Releases {
    /// All that podls knows.
    pub const ALL: Releases = Releases((1 << Release::ALL.len()) - 1);

    /// Oldest first; there is at least one.
    pub fn iter(self) -> impl Iterator<Item = Release> {
        Release::ALL.into_iter().filter(move |release| self.0 & Releases::from(*release).0 != 0)
    }

    /// These releases and others.
    pub fn with(self, others: impl Into<Releases>) -> Releases {
        Releases(self.0 | others.into().0)
    }
}

impl Default for Releases {
    /// The newest one alone.
    fn default() -> Self {
        Release::default().into()
    }
}

impl From<Release> for Releases {
    fn from(release: Release) -> Self {
        Releases(1 << release as u8)
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Release::name).collect::<Vec<_>>().join(", "))
    }
}

impl FromStr for Releases {
    type Err = String;

    /// Reads `1.35`, `1.33,1.37` and `all`; the error names the releases there are.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = |name: &str| if name.trim() == "all" { Ok(Releases::ALL) } else { Release::from_str(name).map(Releases::from) };
        let (first, others) = text.split_once(',').unwrap_or((text, ""));
        let others = others.split(',').filter(|_| text.contains(','));
        others.map(read).try_fold(read(first)?, |all, releases| Ok(all.with(releases?)))
    }
}

#[cfg(test)]
mod tests {
    use super::Releases;

    #[test]
    fn several_releases_are_read() {
        for (text, expected) in [
            ("1.35", Ok("1.35")),
            ("1.37, v1.33", Ok("1.33, 1.37")),
            ("1.33,1.33.2", Ok("1.33")),
            ("all", Ok("1.33, 1.34, 1.35, 1.36, 1.37")),
            ("1.34, all", Ok("1.33, 1.34, 1.35, 1.36, 1.37")),
            ("1.33,", Err("\"\"")),
            ("1.33-1.37", Err("\"1.33-1.37\"")),
            ("", Err("\"\"")),
        ] {
            match (text.parse::<Releases>(), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.to_string(), expected, "{text}"),
                (Err(found), Err(part)) => assert!(found.contains(part) && found.contains("1.33 to 1.37"), "{found}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
