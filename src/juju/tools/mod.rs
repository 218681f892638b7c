//! The hook tools, one file for each noun of Juju's manual; those of a few lines are in `unit`. A call is a span.

pub(super) mod action;
pub(super) mod answer;
pub(super) mod call;
pub(super) mod credential;
pub(super) mod fields;
pub(super) mod juju;
pub(super) mod log;
pub(super) mod logger;
pub(super) mod network;
pub(super) mod port;
pub(super) mod relation;
pub(super) mod secret;
pub(super) mod status;
pub(super) mod storage;
pub(super) mod unit;
