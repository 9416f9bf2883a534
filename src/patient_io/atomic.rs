//! Writing a file whole or not at all.

use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// Lets `write` fill a temporary file in the folder of `path`, then renames it; after an error `path` is as it was.
pub fn write_atomically(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // What a newly made file has; a temporary one would be the owner's alone.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let file = temporary_in(builder.prefix(".trocar-"), folder)?;
    let mut writer = BufWriter::new(file);
    write(&mut writer)?;
    let file = writer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

/// A temporary file in a folder; an error does not speak of its name, which nobody has given.
pub(crate) fn temporary_in(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> Result<tempfile::NamedTempFile> {
    builder.tempfile_in(folder).map_err(|error| {
        let words = error.to_string();
        let of_the_system = words.split(" at path ").next().unwrap_or_default();
        std::io::Error::new(error.kind(), of_the_system.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_name_the_temporary_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let error = write_atomically(&folder.path().join("none/a.txt"), |_| Ok(())).expect_err("no folder");
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
        assert!(!error.to_string().contains("trocar-") && error.to_string().len() > 10, "{error}");
    }

    #[test]
    fn an_error_half_way_leaves_the_old_file_and_no_litter() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.txt");
        write_atomically(&path, |w| w.write_all(b"old")).expect("written");
        let failed = write_atomically(&path, |w| {
            w.write_all(b"new")?;
            Err(std::io::Error::other("stopped"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1);
    }
}
