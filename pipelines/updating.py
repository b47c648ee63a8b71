"""Bringing built tables up to date where rows have only come, without making them again as a whole.

Answers "which part of this table may differ now". A new file changes the cases it tells of, and the publication periods
that these count in. The models of those parts are run on the rows of those parts alone, by the same SQL; what comes of
it takes the place of what stood there. Which table has which parts is declared in `reference/updates.toml`. When in
doubt nothing is brought up to date and everything is made anew: that costs time, a stale row would cost figures.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pipelines import arrivals
from pipelines.arrivals import updates
from pipelines.rebuilding import Model
from pipelines.warehouse import Connection

_REPLACED = "core.replaced_files"
_RECORDS, _CASES, _PERIODS = "changed_records", "changed_cases", "changed_periods"
# What holds the keys of the parts that changed, by the column that a table is kept by, and that column's name there.
_PARTS = {
    "record_id": (_RECORDS, "record_id"),
    "case_key": (_CASES, "case_key"),
    "enquiry_key": (_CASES, "case_key"),
    "period": (_PERIODS, "period"),
    "quarter": (_PERIODS, "period"),
}
# Of which cases and enquiries a period is made, and the column with their quarter.
_COUNTED = {"case_key": "core.counted_cases", "enquiry_key": "core.counted_enquiries"}
_ORDER = re.compile(r"\norder by ([^()]+)\s*$")


class Update:
    """Tables of an open warehouse that are brought up to date, one after another."""

    def __init__(self, connection: Connection, models: Sequence[Model]) -> None:
        self._connection = connection
        self._models = {model.name: model for model in models}
        self._instead: dict[str, str] = {}
        self._made = {_RECORDS, _CASES, _PERIODS}
        self._are_few_in_periods: bool | None = None

    def covers(self, model: Model) -> bool:
        """Tell whether a table is kept by parts of which few enough changed; tables are asked for in their order."""
        if model.name not in updates().by_period:
            return model.name in updates().by_case
        if self._are_few_in_periods is None:
            self._turn_to_periods()
            counted = _COUNTED["case_key"]
            self._are_few_in_periods = self._are_few(_temporary(counted), counted)
        return self._are_few_in_periods

    def bring(self, model: Model) -> None:
        """Make the changed parts of one table anew.

        Args:
            model: one that is covered; its table stands as of the last build, and what it reads is up to date.
        """
        column = {**updates().by_case, **updates().by_period}[model.name]
        part = _temporary(model.name)
        self._keep_for_now(part, self._of_parts(model))
        _put_in(self._connection, model, part, _changed(column))
        self._instead[model.name] = part

    def ordered(self, tables: Sequence[Model]) -> list[Model]:
        """Give tables in an order in which all that is kept by case comes before anything that is kept by period."""
        late: set[str] = set()
        for model in tables:
            if model.name in updates().by_period or model.reads & late:
                late.add(model.name)
        return sorted(tables, key=lambda model: model.name in late)

    def end(self) -> None:
        """Throw away what was made on the way: it holds records."""
        for name in self._made:
            self._connection.execute(f"drop table if exists temp.{name}")

    def start(self) -> bool:
        """Find the cases of which anything came; give False where so many changed that all is faster made anew."""
        for name, query in ((_RECORDS, _TOUCHED), (_CASES, _CASES_OF), (_RECORDS, _RECORDS_OF)):
            self._keep_for_now(name, query.format(replaced=self._models[_REPLACED].sql))
        if not self._are_few(_RECORDS, "raw.records"):
            return False
        self._keep_for_now(_PERIODS, _QUARTERS_OF)
        for table, column in updates().loaded_by_case.items():
            self._restrict(table, _changed(column))
        return True

    def _turn_to_periods(self) -> None:
        """From here on, whole periods are made: all cases of each period in which one changed."""
        self._connection.execute(f"insert into {_PERIODS} {_QUARTERS_OF}")
        self._keep_for_now(_PERIODS, _PERIODS_OF)
        self._instead.clear()
        for table in _COUNTED.values():
            self._restrict(table, f"period in ({_QUARTERS_WITHIN})")
        self._restrict("reference.publication_quarters", _among("publication_period", _PERIODS, "period"))
        read = {name for each in updates().by_period for name in self._models[each].reads}
        for table in sorted(read & set(updates().by_case) - set(_COUNTED.values())):
            column = updates().by_case[table]
            self._restrict(table, _among(column, _temporary(_COUNTED[column]), column))

    def _restrict(self, table: str, condition: str) -> None:
        """Let models read some rows of a table in its place."""
        self._instead[table] = _temporary(table)
        self._keep_for_now(_temporary(table), f"select * from {table} where {condition}")  # noqa: S608 - own names

    def _keep_for_now(self, name: str, query: str) -> None:
        self._made.add(name)
        self._connection.execute(f"create or replace temp table {name} as {query}")

    def _are_few(self, part: str, whole: str) -> bool:
        counts = f"select (select count(*) from {part}), count(*) from {whole}"  # noqa: S608 - own names
        ((n, n_all),) = self._connection.execute(counts).fetchall()
        return bool(n <= updates().most_changed * n_all)

    def _of_parts(self, model: Model) -> str:
        """Give the SQL of a model with the names of what is read in the place of whole tables."""
        return _NAME.sub(lambda found: self._instead.get(found.group(), found.group()), model.sql)


def begin(connection: Connection, models: Sequence[Model], known: Collection[str]) -> Update | None:
    """Begin to bring tables up to date.

    Args:
        connection: a warehouse whose loaded tables were looked at (`arrivals.look`), in a transaction.
        models: all of them.
        known: those whose tables stand as the same SQL made them of what was loaded at the last build.
    Returns:
        None where anything but rows came, or of any table it is not known how it was made.
    """
    update = Update(connection, models)
    is_known = all(model.name in known for model in models)
    return update if is_known and arrivals.only_came(connection) and update.start() else None


def order_of(model: Model) -> str:
    """Give the columns by which a model orders its table; nothing where it has no order."""
    found = _ORDER.search(model.sql)
    return found.group(1).strip() if found else ""


def _temporary(table: str) -> str:
    return f"part_of_{table.replace('.', '_')}"


def _changed(column: str) -> str:
    """Give the condition that a row of a table kept by a column is of a part that changed."""
    return _among(column, *_PARTS[column])


def _among(column: str, table: str, other: str) -> str:
    return f"{column} in (select {other} from {table})"  # noqa: S608 - own names


def _put_in(connection: Connection, model: Model, part: str, changed: str) -> None:
    """Put parts of a table in the place of those that stand there; one with an order keeps it."""
    order = order_of(model)
    if not order:
        connection.execute(f"delete from {model.name} where {changed}")  # noqa: S608 - own names
        connection.execute(f"insert into {model.name} select * from {part} where {changed}")  # noqa: S608 - own names
        return
    kept = f"select * from {model.name} where not ({changed})"  # noqa: S608 - own names
    together = f"{kept} union all select * from {part} where {changed}"  # noqa: S608 - own names
    connection.execute(f"create or replace table {model.name} as from ({together}) order by {order}")


_NAME = re.compile(r"\b(?:raw|reference|staging|core|marts)\.\w+\b")
_CAME = "select key from differences where became = 'came' and loaded_table"
# Records of files that came, or that another file replaces now; those that a person's corrections name or named; and
# those with a word that nobody could read before and somebody may now.
_TOUCHED = """
    with
    replaced as ({replaced}
    ),
    files as (
        (select file_id from replaced except select file_id from core.replaced_files)
        union
        (select file_id from core.replaced_files except select file_id from replaced)
    )
    select record_id from came_records
    union
    select record_id from raw.records where file_id in (select file_id from files)
    union
    select cast(key as bigint) from differences
    where loaded_table in ('reference.corrected_records', 'reference.excluded_records')
    union
    select record_id from staging.record_problems
    where reason like 'unknown_%'
        and (select count(*) from differences where loaded_table = 'reference.meanings') > 0
"""
_NEWLY_PUBLISHED = f"({_CAME} in ('raw.published_quarters', 'raw.published_cases', 'raw.published_enquiries'))"
# Cases of these records, and all of a quarter that was published, as published, as counted until now and as known: they
# count as published now, or wait.
_CASES_OF = f"""
    select case_key from raw.records
    where case_key is not null and record_id in (select record_id from {_RECORDS})
    union
    select case_key from raw.published_cases where period in {_NEWLY_PUBLISHED}
    union
    select enquiry_key from raw.published_enquiries where period in {_NEWLY_PUBLISHED}
    union
    select case_key from core.counted_cases where period in {_NEWLY_PUBLISHED}
    union
    select enquiry_key from core.counted_enquiries where period in {_NEWLY_PUBLISHED}
    union
    select case_key from core.cases where period in {_NEWLY_PUBLISHED}
    union
    select enquiry_key from core.enquiries where period in {_NEWLY_PUBLISHED}
"""  # noqa: S608 - own names
_RECORDS_OF = f"""
    select record_id from {_RECORDS}
    union
    select record_id from raw.records where case_key in (select case_key from {_CASES})
"""  # noqa: S608 - own names
_QUARTERS_OF = f"""
    select period from core.counted_cases
    where period is not null and case_key in (select case_key from {_CASES})
    union
    select period from core.counted_enquiries
    where period is not null and enquiry_key in (select case_key from {_CASES})
"""  # noqa: S608 - own names
_PERIODS_OF = f"""
    select period from {_PERIODS}
    union
    select publication_period from reference.publication_quarters
    where is_within and quarter in (select period from {_PERIODS})
    union
    select key from differences where loaded_table in ('reference.publication_quarters', 'reference.detailed_periods')
"""  # noqa: S608 - own names
_QUARTERS_WITHIN = f"""
    select quarter from reference.publication_quarters
    where is_within and publication_period in (select period from {_PERIODS})
    union
    select period from {_PERIODS}
"""  # noqa: S608 - own names
