"""The work of the bench in DuckDB SQL that keeps records as we have to: `python with_duckdb_kept.py STORED FILE...`.

References become pseudonyms that only a holder of a key can make, every record stays as it arrived with a digest of its
content, and each has a state. What comes after it is the work of `with_duckdb.py`, on the records that were kept. The
difference of the two is what these three cost whoever does them; nothing is looked for, checked or published here.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import duckdb
from breakdowns import Laps, tell
from with_duckdb import CASES, COLUMNS, COPIES, FILES, count, of_files, prepare

REFERENCES = ("case_ref", "client_ref")
# Like the profile of the bench: notes leave no trace.
WORDS = tuple(name for name in COLUMNS if name not in (*REFERENCES, "notes"))
PSEUDONYMS = ", ".join(
    f"cast(substring(sha256($key || '{name} ' || {name} || $key), 1, 32) as uuid) as {name}" for name in REFERENCES
)
CONTENT = " || chr(31) || ".join(f"coalesce({name}, '')" for name in (*REFERENCES, *WORDS))
KEPT = f"""
create table kept as
select {PSEUDONYMS}, cast(md5($key || {CONTENT}) as uuid) as content_digest, {", ".join(WORDS)}
from {FILES}
"""  # noqa: S608 - own names
STATES = """
create table states as
select kept.rowid as record, case when cases.record is null then 'duplicate' else 'accepted' end as state
from kept left join cases on cases.record = kept.rowid
"""


def main() -> None:
    """Do the work and tell what was found."""
    stored, laps = Path(sys.argv[1]), Laps()
    with duckdb.connect(stored) as connection:
        prepare(connection)
        connection.execute(KEPT, {"key": secrets.token_hex(32), **of_files(sys.argv[2:])})
        rows = connection.execute("select count(*) from kept").fetchall()[0][0]
        laps.lap("read and keep")
        connection.execute(CASES.format(source="(select rowid as record, * from kept)", also="record,"))
        laps.lap("harmonise and write")
        connection.execute(COPIES)
        connection.execute(STATES)
        connection.execute("checkpoint")
        laps.lap("remove copies and give states")
        counts = count(connection)
        laps.lap("count")
        states = dict(connection.execute("select state, count(*) from states group by state").fetchall())
    tell(counts, laps, rows=rows, cases=states["accepted"], stored=stored)


if __name__ == "__main__":
    main()
