//! How traces leave the unit: the destination, the receiver, the delivery and the HTTP client.

pub(crate) mod backoff;
pub(crate) mod delivery;
pub(crate) mod destination;
pub(crate) mod http;
pub(crate) mod receiver;
