//! The version that a set of changes demands, and the one that `Cargo.toml` has.

use semver::{BuildMetadata, Prerelease, Version};

/// The release that a change demands, by Rust's rules for versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nobody's code notices it at compile time, and nothing is new.
    Patch,
    /// Something is new; what compiled still does.
    Minor,
    /// Code that compiled may no longer do so.
    Major,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// The version in a manifest: that of the workspace's packages.
pub fn of_manifest(text: &str) -> Option<Version> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != "[workspace.package]").skip(1);
    let line = lines.by_ref().take_while(|line| !line.starts_with('[')).find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "version").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    Version::parse(&line).ok()
}

/// The first version after another one that may contain such a change, by Cargo's rules: below 1.0.0, the second
/// number counts as the first, and the third as the second.
pub fn demanded(base: &Version, level: Level) -> Version {
    let Version { major, minor, patch, .. } = *base;
    let (major, minor, patch) = match (level, major, minor) {
        (Level::Major, 0, 0) | (Level::Minor, 0, _) | (Level::Patch, ..) => (major, minor, patch + 1),
        (Level::Major, 0, _) | (Level::Minor, ..) => (major, minor + 1, 0),
        (Level::Major, ..) => (major + 1, 0, 0),
    };
    Version { major, minor, patch, pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(base: &str) -> [String; 3] {
        let base = Version::parse(base).unwrap();
        [Level::Patch, Level::Minor, Level::Major].map(|level| demanded(&base, level).to_string())
    }

    #[test]
    fn versions_follow_the_rules_of_cargo() {
        assert_eq!(after("1.2.3"), ["1.2.4", "1.3.0", "2.0.0"]);
        assert_eq!(after("0.2.3"), ["0.2.4", "0.2.4", "0.3.0"]);
        assert_eq!(after("0.0.3"), ["0.0.4", "0.0.4", "0.0.4"]);
    }

    #[test]
    fn the_version_of_the_workspace_is_found() {
        let manifest = "[workspace]\nversion = \"9.0.0\"\n[workspace.package]\nedition = \"2024\"\nversion = \"0.1.0\"\n\n[x]\nversion = \"8.0.0\"\n";
        assert_eq!(of_manifest(manifest), Some(Version::new(0, 1, 0)));
        assert_eq!(of_manifest("[workspace.package]\n[other]\nversion = \"1.0.0\"\n"), None);
        assert_eq!(of_manifest(""), None);
    }
}
