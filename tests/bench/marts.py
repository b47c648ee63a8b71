"""The eight breakdowns of peers/breakdowns.py, as the marts of a workspace hold them: `python marts.py WORKSPACE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipelines import warehouse

PEERS = Path(__file__).with_name("peers")
sys.path.insert(0, str(PEERS))

from breakdowns import BREAKDOWNS, digest  # noqa: E402 - the scripts stand in a folder of their own, without a package

# Which mart and which of its columns is which breakdown.
MARTS = {
    "cases": ("case_totals", ()),
    "by_centre": ("by_centre", ("centre_id",)),
    "by_nationality": ("by_nationality", ("nationality_code",)),
    "by_gender": ("by_gender", ("gender_code",)),
    "by_age_group": ("by_age_group", ("age_group_code",)),
    "by_gender_age_group": ("by_gender_age_group", ("gender_code", "age_group_code")),
    "by_advice_type": ("by_advice_type", ("advice_type_code",)),
    "by_nationality_class_advice": ("by_nationality_class_advice", ("nationality_class_code", "advice_family_code")),
}
assert MARTS.keys() == BREAKDOWNS.keys()


def mart_digests(workspace: Path) -> dict[str, str]:
    """Give the fingerprint of each breakdown: single quarters, without totals."""
    database = warehouse.current_database(workspace / "warehouse")
    assert database, "no warehouse is in force"
    with warehouse.reading(database) as connection:
        return {name: digest(connection.execute(_query(*mart)).fetchall()) for name, mart in MARTS.items()}


def _query(mart: str, columns: tuple[str, ...]) -> str:
    unit = "cases" if mart == "case_totals" else "clients"
    inner = "".join(f" and {column} <> '_T'" for column in columns)
    return (
        f"select {', '.join(('period', *columns))}, n from marts.{mart}"  # noqa: S608 - own names
        f" where unit = '{unit}' and not contains(period, '_'){inner}"
    )


def main() -> None:
    """Print the fingerprints, and how large the warehouse in force is."""
    workspace = Path(sys.argv[1])
    database = warehouse.current_database(workspace / "warehouse")
    size = database.stat().st_size if database else 0
    json.dump({"digests": mart_digests(workspace), "stored_bytes": size}, sys.stdout)


if __name__ == "__main__":
    main()
