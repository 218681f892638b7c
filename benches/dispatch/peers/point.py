"""Points the buffer of ops[tracing] in a folder to a receiver, as a hook of its relation does.

    point.py FOLDER URL AUTHORITY empty|full

A hook that does it through the relation would also send what waits, which `empty` forgets. AUTHORITY may be
empty.
"""

import pathlib
import sqlite3
import sys

folder, url, authority, waiting = sys.argv[1:]
buffer = pathlib.Path(folder) / '.tracing-data.db'
certificates = pathlib.Path(authority).read_text() if authority else ''
with sqlite3.connect(buffer) as database:
    for key, value in (('url', f'{url}/v1/traces'), ('ca', certificates)):
        database.execute('REPLACE INTO settings(key, value) VALUES (?, ?)', (key, value))
    if waiting == 'empty':
        database.execute('DELETE FROM tracing')
