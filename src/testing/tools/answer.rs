//! What a tool answers, and how it refuses: the exit code and the text of Juju.

use serde_json::Value;

use crate::testing::error::Error;

/// The value that a tool prints, or why it does not do what it was asked.
pub(super) type ToolAnswer = Result<Option<Value>, ToolRefusal>;

/// Why a tool does not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToolRefusal {
    pub(super) message: String,
    pub(super) exit_code: u8,
}

impl ToolRefusal {
    /// Juju's exit code for a call that it understood and refused.
    pub(super) fn denied(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exit_code: 1,
        }
    }

    /// Juju's exit code for arguments it does not take, unknown ids among them.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exit_code: 2,
        }
    }
}

impl From<Error> for ToolRefusal {
    fn from(error: Error) -> Self {
        Self::denied(error.to_string())
    }
}
