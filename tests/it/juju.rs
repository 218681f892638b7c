//! Every hook tool through its method: what is sent, what is read from the answer, how a failure is
//! told. The charm is the `toolbox` of tests/stand-in; the tools are real processes.

mod context;
mod limits;
mod secrecy;
mod secret;
mod tools;
