//! Files that are there whole or not at all.

use crate::patient_io::temporary_in;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {reason}", path.display())]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// The system's words.
    pub reason: String,
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> WriteError + '_ {
    move |error| WriteError { path: path.to_owned(), reason: error.to_string() }
}

/// Writes a file through a temporary one beside it, which then takes its name.
///
/// What is no regular file (a pipe, a terminal, `/dev/null`) is written to as it stands.
pub fn whole_file(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    whole_file_by(path, |file| file.write_all(bytes))
}

/// The same, for a writer that streams.
pub fn whole_file_by(
    path: &Path,
    fill: impl FnOnce(&mut std::fs::File) -> std::io::Result<()>,
) -> Result<(), WriteError> {
    let target = target_of(path)?;
    if target.exists() {
        let mut file = std::fs::OpenOptions::new().write(true).open(&target).map_err(failed(path))?;
        if !file.metadata().map_err(failed(path))?.is_file() {
            return fill(&mut file).map_err(failed(path));
        }
    }
    let mut temporary = beside(&target).map_err(failed(path))?;
    fill(temporary.as_file_mut()).map_err(failed(path))?;
    temporary.as_file_mut().flush().map_err(failed(path))?;
    temporary.persist(&target).map_err(|error| failed(path)(error.error))?;
    Ok(())
}

/// An error unless [`whole_file`] will be able to write there, as far as that can be known beforehand.
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let target = target_of(path)?;
    if target.exists() {
        let file = std::fs::OpenOptions::new().write(true).open(&target).map_err(failed(path))?;
        if !file.metadata().map_err(failed(path))?.is_file() {
            return Ok(());
        }
    }
    beside(&target).map_err(failed(path)).map(drop)
}

/// Makes a folder and checks that files can be made in it.
pub fn check_folder(path: &Path) -> Result<(), WriteError> {
    std::fs::create_dir_all(path).map_err(failed(path))?;
    temporary_in(&tempfile::Builder::new(), path).map_err(failed(path)).map(drop)
}

/// Follows a link to the file it stands for, so that the link survives.
fn target_of(path: &Path) -> Result<PathBuf, WriteError> {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if target.is_dir() || target.file_name().is_none() {
        return Err(WriteError { path: path.to_owned(), reason: "it is a folder".into() });
    }
    Ok(target)
}

fn beside(target: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // As a new file would have it, less the umask.
    #[cfg(unix)]
    builder.permissions(<std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    temporary_in(&builder, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_that_fails_half_way_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        whole_file(&path, b"old").unwrap();
        let error = whole_file_by(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(std::io::Error::other("disk full"))
        });
        assert!(error.unwrap_err().to_string().contains("disk full"));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_missing_is_noticed_beforehand() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check_writable(&folder.path().join("none/a.json")).is_err());
        assert!(check_writable(folder.path()).is_err(), "a folder is no file");
        assert!(check_writable(&folder.path().join("a.json")).is_ok());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "checking leaves nothing behind");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        whole_file(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }
}
