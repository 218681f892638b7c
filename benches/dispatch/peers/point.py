"""Points the buffer of a library in a folder to a receiver, as a hook of its relation does.

    point.py FOLDER URL AUTHORITY empty|full|limit

A hook that does it through the relation would also send what waits, which `empty` forgets. `limit` adds
copies of the newest dispatch until one more makes ops[tracing] drop the oldest. URL and AUTHORITY may be empty.

charm_tracing v0 asks for its receiver in every dispatch, and its buffer is one file. For `limit` each
dispatch in it is made large: a message that is written several times over reads as one with all their spans.
"""

import pathlib
import sqlite3
import sys

# As large as in this crate's own rows: a hundred of them stay below v0's limit of 10 MiB.
LARGE = 92_000
# Of charm_tracing.py.
V0_MARK = b'__CHARM_TRACING_BUFFER_SPAN_SEP__'
# Of ops_tracing/_buffer.py, which counts each row in whole pages of 4 KiB.
LIMIT = 40 * 1024 * 1024
PAGE = 4096

folder, url, authority, waiting = sys.argv[1:]
v0 = pathlib.Path(folder) / '.charm_tracing_buffer.raw'
if v0.exists():
    if waiting == 'empty':
        v0.unlink()
    if waiting == 'limit':
        dispatches = v0.read_bytes().split(V0_MARK)
        times = LARGE // max(map(len, dispatches))
        v0.write_bytes(V0_MARK.join(dispatch * times for dispatch in dispatches))
    sys.exit()
buffer = pathlib.Path(folder) / '.tracing-data.db'
certificates = pathlib.Path(authority).read_text() if authority else ''
with sqlite3.connect(buffer) as database:
    for key, value in (('url', url and f'{url}/v1/traces'), ('ca', certificates)):
        database.execute('REPLACE INTO settings(key, value) VALUES (?, ?)', (key, value))
    if waiting == 'empty':
        database.execute('DELETE FROM tracing')
    if waiting == 'limit':
        stored = f'(length(data) + {PAGE - 1}) / {PAGE} * {PAGE}'
        (full,) = database.execute(f'SELECT sum({stored}) FROM tracing').fetchone()
        size, *row = database.execute(
            f'SELECT {stored}, priority, data, mime FROM tracing ORDER BY id DESC'
        ).fetchone()
        copies = [row] * ((LIMIT - full) // size)
        database.executemany('INSERT INTO tracing(priority, data, mime) VALUES (?, ?, ?)', copies)
