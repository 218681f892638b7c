"""Tells how many dispatches wait in the buffer of a library: waits.py FOLDER.

Of charm_tracing v0 that is one file with a mark between them, of ops[tracing] a table.
"""

import pathlib
import sqlite3
import sys

folder = pathlib.Path(sys.argv[1])
file = folder / '.charm_tracing_buffer.raw'
table = folder / '.tracing-data.db'
waiting = 0
if file.exists() and file.stat().st_size:
    waiting = len(file.read_bytes().split(b'__CHARM_TRACING_BUFFER_SPAN_SEP__'))
if table.exists():
    with sqlite3.connect(table) as database:
        (waiting,) = database.execute('SELECT count(*) FROM tracing').fetchone()
print(waiting)
