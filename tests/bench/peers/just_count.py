"""The floor: count the rows of the file with DuckDB, the least that anything could do with it.

`python just_count.py STORED FILE...`; every cell is split off as text, nothing is kept, and STORED is not written.
"""

from __future__ import annotations

import json
import sys
import time

import duckdb
from with_duckdb import COLUMNS

COUNT = """
select count(*)
from read_csv($paths, columns = $columns, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"')
"""


def main() -> None:
    """Count, and print rows and the seconds of the query alone."""
    parameters = {"paths": sys.argv[2:], "columns": dict.fromkeys(COLUMNS, "varchar")}
    with duckdb.connect() as connection:
        wall, cpu = time.perf_counter(), time.process_time()
        rows = connection.execute(COUNT, parameters).fetchall()[0][0]
        timed = {"count": time.perf_counter() - wall, "processors": time.process_time() - cpu}
    json.dump({"rows": rows, "seconds": timed}, sys.stdout)


if __name__ == "__main__":
    main()
