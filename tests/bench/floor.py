"""Count the rows of a workspace's inbox with DuckDB, and print the seconds as JSON: the floor of the benchmark.

Each source's files are split at their own delimiter and every cell is taken as text; nothing is cleaned, stored or
checked. Files that are not UTF-8 are recoded first, outside the time measured, because DuckDB cannot read them all:
that favours the floor. Run in the workspace's folder.
"""

from __future__ import annotations

import json
import tempfile
import time
import tomllib
from pathlib import Path

import duckdb

LINES_LOOKED_AT = 40
COUNT = """
select count(*)
from read_csv(
    $paths, auto_detect = false, header = false, delim = $delimiter, quote = '"', columns = $columns,
    null_padding = true, strict_mode = false, ignore_errors = true
)
"""


def count_parameters(source: str, profile: str, scratch: Path) -> dict:
    """Give the parameters that count one source's rows: its files in UTF-8, how they are split, how wide."""
    file = tomllib.loads(Path("profiles", f"{profile}.toml").read_text("utf-8"))["file"]
    paths = sorted(Path("inbox", source).glob("*"))
    if file["encoding"] != "utf-8":
        paths = [_recoded(path, file["encoding"], scratch) for path in paths]
    width = max(_width(path, file["delimiter"]) for path in paths)
    columns = {f"c{number}": "varchar" for number in range(width)}
    return {"paths": [str(path) for path in paths], "delimiter": file["delimiter"], "columns": columns}


def _recoded(path: Path, encoding: str, scratch: Path) -> Path:
    copy = scratch / f"{path.parent.name}-{path.name}"
    copy.write_text(path.read_text(encoding), "utf-8")
    return copy


def _width(path: Path, delimiter: str) -> int:
    with path.open(encoding="utf-8") as lines:
        return max(line.count(delimiter) + 1 for line, _ in zip(lines, range(LINES_LOOKED_AT), strict=False))


def main() -> None:
    """Count, and print rows, wall seconds and processor seconds of the queries alone."""
    sources = tomllib.loads(Path("caseload.toml").read_text("utf-8"))["sources"]
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        asked = [count_parameters(name, source["profile"], Path(scratch)) for name, source in sources.items()]
        wall, cpu = time.perf_counter(), time.process_time()
        rows = sum(connection.execute(COUNT, values).fetchall()[0][0] for values in asked)
        timed = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps({"rows": rows, **timed}))


if __name__ == "__main__":
    main()
