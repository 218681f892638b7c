//! Why a buffer could not do what it was asked.
//!
//! Every message says what was attempted on which file, why it failed and what helps; what to do
//! about it is the caller's choice, since telemetry never fails a charm.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::lock::LockError;

/// A failed operation on a buffer file; see [`Buffer`](crate::store::buffer::Buffer).
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The system refused a call.
    Io {
        /// What was attempted, as a verb: "lock", "append to".
        attempt: &'static str,
        /// The file it was attempted on.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Something that is not a regular file has the buffer's name. It is never followed or opened.
    NotAFile {
        /// The name.
        path: PathBuf,
        /// What is there: "a symbolic link", "a directory", "a special file".
        found: &'static str,
    },
    /// Others held the lock for as long as [`Limits::lock_wait`](crate::store::buffer::Limits) allows.
    Locked {
        /// The buffer file.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// The file is no buffer of a version this release reads. Only a reader says so; a
    /// [`Buffer`](crate::store::buffer::Buffer) sets such a file aside.
    Foreign {
        /// The file.
        path: PathBuf,
        /// The version its head names, if it has a sound head.
        version: Option<u16>,
    },
    /// The record does not fit even into an empty buffer.
    TooLarge {
        /// The buffer file.
        path: PathBuf,
        /// What the file would measure with this record alone, in bytes.
        needed: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The limit is zero dispatches, so nothing may be stored.
    Disabled {
        /// The buffer file.
        path: PathBuf,
    },
    /// The record's checksum does not match: its bytes were changed on disk.
    Damaged {
        /// The buffer file.
        path: PathBuf,
        /// Where in the file the record stands.
        offset: u64,
    },
    /// Another record has reported the same dropped dispatches meanwhile, or may have: the counts cannot be read.
    /// Nothing was stored; a record that reports nothing can be.
    AlreadyReported {
        /// The buffer file.
        path: PathBuf,
    },
    /// The record is no longer in the file: delivered, evicted or lost meanwhile.
    Gone {
        /// The buffer file.
        path: PathBuf,
    },
}

impl From<LockError> for Error {
    fn from(error: LockError) -> Self {
        match error {
            LockError::NotAFile { path, found } => Self::NotAFile { path, found },
            LockError::Held { path, waited } => Self::Locked { path, waited },
            LockError::Io {
                attempt,
                path,
                source,
            } => Self::io(attempt, &path)(source),
        }
    }
}

impl Error {
    /// Turns the system's answer into an error that says what was attempted on what.
    pub(crate) fn io(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io {
            attempt,
            path: path.to_owned(),
            source,
        }
    }
}

impl Error {
    /// Whether the file system has no room left for this user.
    pub(crate) fn is_full_disk(&self) -> bool {
        let kind = match self {
            Error::Io { source, .. } => source.kind(),
            _ => return false,
        };
        matches!(
            kind,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    }

    /// Whether a smaller record might have been stored.
    #[must_use]
    pub fn is_for_want_of_room(&self) -> bool {
        self.is_full_disk() || matches!(self, Error::TooLarge { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io {
                attempt,
                path,
                source,
            } => write!(
                f,
                "cannot {attempt} the trace buffer {}: {source}; {}",
                path.display(),
                advice(source.kind())
            ),
            Error::NotAFile { path, found } => write!(
                f,
                "cannot use {} as trace buffer: it is {found}, not a regular file; \
                 remove it or name another path",
                path.display()
            ),
            Error::Locked { path, waited } => write!(
                f,
                "cannot lock the trace buffer {}: another process held it for {} ms; \
                 try again on the next dispatch",
                path.display(),
                waited.as_millis()
            ),
            Error::Foreign { path, version } => {
                write!(f, "cannot read the trace buffer {}: ", path.display())?;
                match version {
                    Some(version) => write!(f, "it has format version {version}; ")?,
                    None => f.write_str("it does not begin like a trace buffer; ")?,
                }
                f.write_str("this release reads version 1, read it with the release that wrote it")
            }
            Error::TooLarge {
                path,
                needed,
                limit,
            } => write!(
                f,
                "cannot store the record in the trace buffer {}: alone it needs {needed} bytes \
                 and the limit is {limit}; raise the limit or record fewer spans",
                path.display()
            ),
            Error::Disabled { path } => write!(
                f,
                "cannot store the record in the trace buffer {}: its limit is 0 dispatches; \
                 raise the limit to buffer",
                path.display()
            ),
            Error::Damaged { path, offset } => write!(
                f,
                "cannot read the record at byte {offset} of the trace buffer {}: its checksum \
                 does not match; remove the record",
                path.display()
            ),
            Error::AlreadyReported { path } => write!(
                f,
                "cannot store the record in the trace buffer {}: another one reports the same \
                 dropped dispatches; store it without them",
                path.display()
            ),
            Error::Gone { path } => write!(
                f,
                "cannot read the record from the trace buffer {}: it is no longer there; \
                 list the entries again",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "make sure that its directory exists",
        io::ErrorKind::PermissionDenied => "make it readable and writable for the charm's user",
        io::ErrorKind::ReadOnlyFilesystem => "name a path on a writable file system",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free space on its file system"
        }
        _ => "check the file and its file system",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn messages_say_what_failed_on_what_and_what_to_do() {
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = Error::io("open", Path::new("/x/.buffer"))(refused);
        assert_eq!(
            error.to_string(),
            "cannot open the trace buffer /x/.buffer: permission denied; \
             make it readable and writable for the charm's user"
        );
        assert!(error.source().is_some());

        let version = Error::Foreign {
            path: "/x/.buffer".into(),
            version: Some(9),
        };
        assert_eq!(
            version.to_string(),
            "cannot read the trace buffer /x/.buffer: it has format version 9; \
             this release reads version 1, read it with the release that wrote it"
        );
        assert!(version.source().is_none());
    }
}
