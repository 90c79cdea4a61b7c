//! Files that the program writes, all of them by one way: a file appears whole or not at all, nothing that is there is lost
//! unasked, and no link leads to another place than the one that was named.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

use crate::exit::Refused;

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and the command is refused.
    Stays,
    /// The new one takes its place.
    Replaced,
}

impl Existing {
    /// As `--force` says.
    pub(crate) fn forced(force: bool) -> Self {
        if force { Self::Replaced } else { Self::Stays }
    }
}

/// Whether a file may be written: asked before any work is done for it.
///
/// # Errors
/// There is something that stays, or that is no file.
pub(crate) fn may_write(path: &Path, existing: Existing) -> Result<(), Refused> {
    let Some(there) = look(path)? else { return Ok(()) };
    // A link is replaced, never followed, so it is as good as a file.
    if !(there.is_file() || there.is_symlink()) {
        return Err(Refused::file(path, "is there already and is no file; nothing was written"));
    }
    match existing {
        Existing::Replaced => Ok(()),
        Existing::Stays => Err(Refused::file(path, TAKEN)),
    }
}

/// Writes a file: beside its place first, then all at once in its place.
///
/// # Errors
/// As [`may_write`], and whatever the file system says.
pub(crate) fn write(path: &Path, content: &[u8], existing: Existing) -> Result<(), Refused> {
    may_write(path, existing)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        let mut builder = Builder::new();
        builder.prefix(".launch-ready-");
        // A new file as everybody's programs make it; the umask takes away what it takes away.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        match existing {
            Existing::Replaced => file.persist(path)?,
            Existing::Stays => file.persist_noclobber(path)?,
        };
        Ok(())
    };
    written().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Refused::file(path, TAKEN),
        _ => Refused::file(path, &error),
    })
}

/// Makes a folder inside of another one. The outer one may be a link, since it was named; what is inside of it may not.
///
/// # Errors
/// There is something else, or it cannot be made.
pub(crate) fn make_folder(path: &Path) -> Result<(), Refused> {
    match look(path)? {
        None => fs::create_dir(path).map_err(|error| Refused::file(path, &error)),
        Some(there) if there.is_dir() => Ok(()),
        Some(_) => Err(Refused::file(path, "is there already and is no folder; nothing was written")),
    }
}

/// What is said of a file that stays.
const TAKEN: &str = "is there already; --force replaces it";

/// What is at a path, links not followed.
fn look(path: &Path) -> Result<Option<Metadata>, Refused> {
    match fs::symlink_metadata(path) {
        Ok(there) => Ok(Some(there)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refused::file(path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_stays_unless_it_is_to_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scan.json");
        write(&file, b"one", Existing::Stays).unwrap();
        let refused = write(&file, b"two", Existing::Stays).unwrap_err();
        assert!(refused.sentence.contains("--force replaces it"), "{}", refused.sentence);
        assert_eq!(fs::read(&file).unwrap(), b"one");
        write(&file, b"three", Existing::Replaced).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"three");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_is_no_file_is_never_written_to() {
        let folder = tempfile::tempdir().unwrap();
        for existing in [Existing::Stays, Existing::Replaced] {
            let refused = write(folder.path(), b"x", existing).unwrap_err();
            assert!(refused.sentence.contains("is no file"), "{}", refused.sentence);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_never_followed() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside");
        fs::write(&outside, "mine").unwrap();
        let dangling = folder.path().join("not-there");
        for target in [&outside, &dangling] {
            let link = folder.path().join("link");
            symlink(target, &link).unwrap();
            assert!(write(&link, b"x", Existing::Stays).is_err());
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            write(&link, b"x", Existing::Replaced).unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_file(), "the link itself was replaced");
            fs::remove_file(&link).unwrap();
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
        assert!(!dangling.exists());
        let inner = folder.path().join("inner");
        symlink(folder.path(), &inner).unwrap();
        assert!(make_folder(&inner).is_err());
    }
}
