//! The unit agent as hook tools meet it: the state document, opened under a lock that is held until
//! the call is over, since a real agent serves one call at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::testing::error::Error;
use crate::testing::record::Json;
use crate::testing::run::{Call, LogLine};
use crate::testing::state::{CALLS_FILE, LOCK_FILE, LOG_FILE, STATE_FILE, State};

/// One hook tool's connection to the state directory.
pub(super) struct Agent {
    pub(super) state: State,
    folder: PathBuf,
    text_before: String,
    stdin_bytes: usize,
    /// Closing the file releases the lock.
    _lock: File,
}

impl Agent {
    /// Waits for the call before this one, then reads the state.
    pub(super) fn reach(folder: &Path) -> Result<Self, Error> {
        let lock = lock(folder)?;
        let (state, text_before) = load(folder)?;
        Ok(Self {
            state,
            folder: folder.to_owned(),
            text_before,
            stdin_bytes: 0,
            _lock: lock,
        })
    }

    /// All of standard input. Only a tool whose arguments say so may ask: an inherited input may
    /// never end.
    pub(super) fn read_stdin(&mut self) -> io::Result<String> {
        let mut text = String::new();
        self.stdin_bytes = io::stdin().lock().read_to_string(&mut text)?;
        Ok(text)
    }

    pub(super) fn log(&self, line: &LogLine) -> Result<(), Error> {
        append(&self.folder.join(LOG_FILE), line)
    }

    /// Records the call and, if it changed something, the state.
    pub(super) fn hang_up(
        self,
        tool: &str,
        arguments: &[String],
        exit_code: u8,
    ) -> Result<(), Error> {
        let text = self.state.to_text();
        if exit_code == 0 && text != self.text_before {
            store(&self.folder, &text)?;
        }
        let call = Call {
            tool: tool.to_owned(),
            arguments: arguments.to_vec(),
            stdin: self.stdin_bytes,
            exit_code,
        };
        append(&self.folder.join(CALLS_FILE), &call)
    }
}

/// Waits until no hook tool is at work, and keeps others waiting until the file is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK_FILE);
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let file = file.map_err(Error::file("open", &path))?;
    file.lock().map_err(Error::file("lock", &path))?;
    Ok(file)
}

/// The state and the text it was read from.
pub(super) fn load(folder: &Path) -> Result<(State, String), Error> {
    let path = folder.join(STATE_FILE);
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let state = State::from_text(&text).map_err(|problem| Error::State { path, problem })?;
    Ok((state, text))
}

/// Replaces the document in one step: a tool killed midway through its write must not take the
/// unit's state with it.
pub(super) fn store(folder: &Path, text: &str) -> Result<(), Error> {
    let path = folder.join(STATE_FILE);
    let fresh = folder.join("state.json.new");
    fs::write(&fresh, text).map_err(Error::file("write", &fresh))?;
    fs::rename(&fresh, &path).map_err(Error::file("replace", &path))
}

/// All lines of one of the append-only files; a file that is not there yet has none.
pub(super) fn lines<T: Json>(path: &Path) -> Result<Vec<T>, Error> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(Error::file("read", path))?,
    };
    let parsed = text
        .lines()
        .map(|line| T::from_json(&serde_json::from_str(line).ok()?));
    parsed
        .collect::<Option<Vec<T>>>()
        .ok_or_else(|| Error::State {
            path: path.to_owned(),
            problem: "a line is not the JSON it should be".to_owned(),
        })
}

fn append(path: &Path, entry: &impl Json) -> Result<(), Error> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(Error::file("open", path))?;
    let line = format!("{}\n", entry.to_json());
    file.write_all(line.as_bytes())
        .map_err(Error::file("append to", path))
}
