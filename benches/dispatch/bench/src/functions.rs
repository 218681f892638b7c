//! Which functions a dispatch runs: each row of this crate once under callgrind, without the comparison.
//! `../order` makes of it what charms are linked by.

use std::fs;
use std::io::Result;
use std::path::Path;

use crate::compare::Row;
use crate::ours::PLAIN;
use crate::unit::Bench;

/// Leaves a file for each row in `folder`, named as the row is, with names as the linker has them.
pub fn record(bench: &Bench, rows: &[Row], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let is_own = |row: &&Row| row.base.is_some_and(|base| base.starts_with(PLAIN));
    for row in rows.iter().filter(is_own) {
        let to = folder.join(row.name.replace('/', "-"));
        row.run_under(
            bench,
            &[
                "valgrind".to_owned(),
                "--tool=callgrind".to_owned(),
                "--demangle=no".to_owned(),
                format!("--callgrind-out-file={}", to.display()),
            ],
        )?;
    }
    Ok(())
}
