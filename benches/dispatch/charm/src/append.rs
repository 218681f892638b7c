//! `append FILE NUMBER` stores as many records of 8 KiB in a new buffer, one after the other.

use std::time::SystemTime;

use charm_tracing::__buffer::{Buffer, Error, Limits, Priority, Record};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap_or_default();
    let number = arguments.next().and_then(|number| number.parse().ok());
    let mut buffer = Buffer::open(file, Limits::default())?;
    for count in 0_u8..number.unwrap_or_default() {
        buffer.push(&Record {
            priority: Priority::Ordinary,
            spans: 53,
            created: SystemTime::UNIX_EPOCH,
            trace_id: [count; 16],
            payload: &[7; 8 * 1024],
        })?;
    }
    Ok(())
}
