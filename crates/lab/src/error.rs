use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Why the lab could not be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A scenario says something that the lab does not understand.
    #[error("{0}")]
    Scenario(ScenarioError),
    /// A file or folder could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// An address could not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// What was asked for.
        address: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The authority could not make a key or a certificate.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A certificate was made but TLS does not accept it.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl Error {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}

/// A mistake in a scenario, with the place to look at.
#[derive(Debug)]
pub struct ScenarioError {
    /// The file with the mistake.
    pub file: PathBuf,
    /// The line, counted from 1; absent where the mistake is in the whole file.
    pub line: Option<usize>,
    /// What is wrong, in words.
    pub message: String,
}

impl ScenarioError {
    pub(crate) fn at(file: &Path, line: Option<usize>, message: impl Into<String>) -> Error {
        Error::Scenario(Self { file: file.to_owned(), line, message: message.into() })
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ScenarioError {}
