//! The least that each step of a dispatch takes, with the standard library alone.
//!
//! `floor` does nothing, `floor append FILE` appends 10 KiB and syncs them, `floor post HOST:PORT` posts
//! 10 KiB, `floor flush FILE HOST:PORT` posts the file in pieces of 1 MiB over one connection, `floor tool`
//! runs the hook tool `juju-log` once.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

/// About what one dispatch of fifty calls encodes to.
const RECORD: usize = 10 * 1024;
/// The size of one request of a flush.
const PIECE: usize = 1 << 20;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => Ok(()),
        ["append", file] => {
            let mut file = OpenOptions::new().append(true).create(true).open(file)?;
            file.write_all(&[7; RECORD])?;
            file.sync_data()
        }
        ["post", to] => post(&mut TcpStream::connect(to)?, to, &[7; RECORD]),
        ["flush", file, to] => {
            let mut file = File::open(file)?;
            let mut stream = TcpStream::connect(to)?;
            let mut piece = Vec::with_capacity(PIECE);
            loop {
                piece.clear();
                if (&mut file).take(PIECE as u64).read_to_end(&mut piece)? == 0 {
                    return Ok(());
                }
                post(&mut stream, to, &piece)?;
            }
        }
        ["tool"] => {
            let mut tool = Command::new("juju-log");
            // With its output read, as a charm does.
            let output = tool
                .args(["--log-level", "WARNING", "a line"])
                .stdin(Stdio::null())
                .output()?;
            if output.status.success() {
                Ok(())
            } else {
                Err(Error::other(format!("juju-log: {}", output.status)))
            }
        }
        _ => Err(Error::new(ErrorKind::InvalidInput, "no such step")),
    }
}

fn post(stream: &mut TcpStream, to: &str, body: &[u8]) -> Result<()> {
    let mut request = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: {to}\r\ncontent-type: application/x-protobuf\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    stream.write_all(&request)?;
    let mut answer = [0; 1024];
    let length = stream.read(&mut answer)?;
    match answer.get(..length) {
        Some(answer) if answer.starts_with(b"HTTP/1.1 200") => Ok(()),
        _ => Err(Error::other("the receiver did not answer 200")),
    }
}
