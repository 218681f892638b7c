//! The hook tools, one file for each noun of Juju's manual. A call is a span.

pub(super) mod action;
pub(super) mod application;
pub(super) mod call;
pub(super) mod config;
pub(super) mod credential;
pub(super) mod error;
pub(super) mod fields;
pub(super) mod goal;
pub(super) mod leadership;
pub(super) mod log;
pub(super) mod logger;
pub(super) mod network;
pub(super) mod port;
pub(super) mod reboot;
pub(super) mod relation;
pub(super) mod resource;
pub(super) mod secret;
pub(super) mod state;
pub(super) mod status;
pub(super) mod storage;
