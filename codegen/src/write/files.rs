//! The generated files in memory, and how they differ from those on disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use similar::TextDiff;

/// Paths relative to the repository, and texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GeneratedFiles {
    files: BTreeMap<String, String>,
    /// Folders that hold generated files only, so that a file there which is not in the files is stale.
    owned: BTreeSet<String>,
}

/// A difference between the files and the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// The file is missing or has another text on disk.
    Write {
        path: String,
        /// The text on disk, empty if there is none.
        old: String,
        new: String,
    },
    /// The file should not be there.
    Delete { path: String, old: String },
}

#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct DiskError {
    path: PathBuf,
    source: io::Error,
}

impl DiskError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

impl GeneratedFiles {
    pub fn add(&mut self, (path, text): (String, String)) {
        self.files.insert(path, text);
    }

    /// Says that a folder holds generated files only.
    pub fn own(&mut self, folder: &str) {
        self.owned.insert(folder.to_owned());
    }

    /// Some of the files, and what is in some folders, and nothing else.
    pub fn only(mut self, parts: &[&str]) -> Self {
        self.files.retain(|path, _| parts.iter().any(|part| is_within(path, part)));
        self.owned.retain(|folder| parts.iter().any(|part| is_within(folder, part)));
        self
    }

    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub fn compare(&self, root: &Path) -> Result<Vec<FileChange>, DiskError> {
        let mut changes = Vec::new();
        for (path, new) in &self.files {
            let old = read(&root.join(path))?;
            if old.as_ref() != Some(new) {
                let old = old.unwrap_or_default();
                changes.push(FileChange::Write { path: path.clone(), old, new: new.clone() });
            }
        }
        for folder in &self.owned {
            for path in files_under(root, folder)? {
                if !self.files.contains_key(&path) {
                    let old = read(&root.join(&path))?.unwrap_or_default();
                    changes.push(FileChange::Delete { path, old });
                }
            }
        }
        Ok(changes)
    }
}

impl FileChange {
    /// Makes the disk as it should be.
    pub fn apply(&self, root: &Path) -> Result<(), DiskError> {
        match self {
            Self::Write { path, new, .. } => {
                let path = root.join(path);
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(DiskError::at(folder))?;
                }
                fs::write(&path, new).map_err(DiskError::at(&path))
            }
            Self::Delete { path, .. } => {
                let path = root.join(path);
                fs::remove_file(&path).map_err(DiskError::at(&path))
            }
        }
    }

    /// The difference as a unified diff, from what is on disk to what should be there.
    pub fn diff(&self) -> String {
        let (path, old, new) = match self {
            Self::Write { path, old, new } => (path, old.as_str(), new.as_str()),
            Self::Delete { path, old } => (path, old.as_str(), ""),
        };
        TextDiff::from_lines(old, new)
            .unified_diff()
            .context_radius(2)
            .header(&format!("{path} (on disk)"), &format!("{path} (from the schema)"))
            .to_string()
    }

    pub fn path(&self) -> &str {
        match self {
            Self::Write { path, .. } | Self::Delete { path, .. } => path,
        }
    }
}

/// Whether a path is this one, or in this folder.
fn is_within(path: &str, part: &str) -> bool {
    path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The text of a file, with newlines as git may have changed them normalised.
fn read(path: &Path) -> Result<Option<String>, DiskError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(DiskError::at(path)(error)),
    }
}

fn files_under(root: &Path, folder: &str) -> Result<Vec<String>, DiskError> {
    let path = root.join(folder);
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(DiskError::at(&path)(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(DiskError::at(&path))?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files.extend(files_under(root, &name)?);
        } else {
            files.push(name);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("planhat-files-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn missing_changed_and_stale_files_are_found_and_fixed() {
        let root = scratch("fix");
        fs::create_dir_all(root.join("out")).unwrap();
        fs::write(root.join("out/same.rs"), "a\r\n").unwrap();
        fs::write(root.join("out/other.rs"), "old\n").unwrap();
        fs::write(root.join("out/stale.rs"), "gone\n").unwrap();
        let mut files = GeneratedFiles::default();
        files.own("out");
        for (path, text) in [("out/same.rs", "a\n"), ("out/other.rs", "new\n"), ("out/deep/fresh.rs", "b\n")] {
            files.add((path.to_owned(), text.to_owned()));
        }
        let changes = files.compare(&root).unwrap();
        let paths: Vec<_> = changes.iter().map(FileChange::path).collect();
        assert_eq!(paths, ["out/deep/fresh.rs", "out/other.rs", "out/stale.rs"]);
        assert!(changes[1].diff().contains("-old\n+new\n"));
        let narrowed = files.clone().only(&["out/other.rs"]).compare(&root).unwrap();
        assert_eq!(narrowed, changes[1..2]);
        assert_eq!(files.clone().only(&["out"]).compare(&root).unwrap(), changes);
        assert_eq!(files.clone().only(&["ou", "out/other"]).compare(&root).unwrap(), []);
        for change in &changes {
            change.apply(&root).unwrap();
        }
        assert_eq!(files.compare(&root).unwrap(), []);
        fs::remove_dir_all(&root).unwrap();
    }
}
