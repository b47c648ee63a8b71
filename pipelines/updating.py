"""Bringing built tables up to date where rows have only come, without making them again as a whole.

Answers "which part of this table may differ now". A new file changes the cases it tells of, and the publication periods
that these count in. The models of those parts are run on the rows of those parts alone, by the same SQL; what comes of
it takes the place of what stood there. Which table has which parts is declared in `reference/updates.toml`. When in
doubt nothing is brought up to date and everything is made anew: that costs time, a stale row would cost figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from pipelines import arrivals, concerned
from pipelines.arrivals import updates
from pipelines.concerned import CLIENTS, PERIODS, RECORDS, among, changed
from pipelines.rebuilding import Model
from pipelines.warehouse import Connection

_REPLACED = "core.replaced_files"
# Of which cases and enquiries a period is made, and the column with their quarter.
_COUNTED = {"case_key": "core.counted_cases", "enquiry_key": "core.counted_enquiries"}
# Of what is kept by neither case nor period: which rows of the tables that it reads make a part.
_OF_OTHERS = {"file_id": concerned.RECORDS_OF_FILES, "client_key": changed("client_key")}
_ORDER = re.compile(r"\norder by ([^()]+)\s*$")
_NAME = re.compile(r"\b(?:raw|reference|staging|core|marts)\.\w+\b")


class Update:
    """Tables of an open warehouse that are brought up to date, one after another."""

    def __init__(self, connection: Connection, models: Sequence[Model], make: Callable[[Model], None]) -> None:
        """Take what makes a table as a whole."""
        self._connection = connection
        self._models = {model.name: model for model in models}
        self._make = make
        self._instead: dict[str, str] = {}
        self._of_cases: dict[str, str] = {}
        self._made: set[str] = set()
        self._unsettled: set[str] = set()
        self._are_few_in_periods: bool | None = None

    def bring(self, model: Model) -> None:
        """Make the changed parts of one table anew, or all of it where that cannot be told or would take longer.

        Args:
            model: its table stands as of the last build, and what it reads is up to date; tables come in their order.
        """
        column = _kept_by(model.name)
        if not column or model.reads & self._unsettled or not self._is_worth_it(model.name):
            self._make_whole(model)
        elif column in _OF_OTHERS:
            self._bring_part(model, column, self._of_others(model, column))
        else:
            self._bring_part(model, column, _with(model, self._instead))
            self._instead[model.name] = _temporary(model.name)
            if model.name in updates().by_case:
                self._of_cases[model.name] = _rows(_temporary(model.name), changed(column))

    def narrowed(self, check: Model) -> Model:
        """Give a check that asks about the cases that changed, where it is one of those that can be asked case by case.

        The rest has not changed since the same check found nothing in it.
        """
        if check.name not in updates().checked_by_case or check.reads & self._unsettled:
            return check
        kept = {**updates().by_case, **updates().loaded_by_case}
        parts = {name: _rows(name, changed(kept[name])) for name in check.reads & set(kept)}
        return Model(check.name, _with(check, {**parts, **self._of_cases}), check.reads)

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
        for name, query in concerned.keys(self._models[_REPLACED].sql):
            self._keep_for_now(name, query)
            if name == RECORDS and not self._are_few(name, "raw.records"):
                self.end()
                return False
        for table, column in updates().loaded_by_case.items():
            self._restrict(table, changed(column), _temporary(table))
            self._of_cases[table] = _temporary(table)
        return True

    def _is_worth_it(self, name: str) -> bool:
        """Tell of a table whether few enough rows of whole periods would have to be gone through again."""
        if name not in updates().by_period:
            return True
        if self._are_few_in_periods is None:
            self._turn_to_periods()
            counted = _COUNTED["case_key"]
            self._are_few_in_periods = self._are_few(_within(counted), counted)
        return self._are_few_in_periods

    def _make_whole(self, model: Model) -> None:
        """Make all rows of a table, and note where those that stood before may not be among them any more."""
        before = _temporary(model.name)
        is_compared = model.name in updates().compared
        if is_compared:
            self._keep_for_now(before, f"from {model.name}")
        self._make(model)
        gone = f"select count(*) from (from {before} except from {model.name})"  # noqa: S608 - own names
        if _kept_by(model.name) or (is_compared and self._connection.execute(gone).fetchall() != [(0,)]):
            self._unsettled.add(model.name)

    def _of_others(self, model: Model, column: str) -> str:
        """Give the SQL of a model on the rows that belong to the files or clients concerned."""
        if column == "client_key":
            self._connection.execute(f"insert into {CLIENTS} {concerned.CLIENTS_OF}")
        parts = {*updates().by_case, *updates().loaded_by_case}
        return _with(model, {name: _rows(name, _OF_OTHERS[column]) for name in model.reads & parts})

    def _bring_part(self, model: Model, column: str, query: str) -> None:
        self._keep_for_now(_temporary(model.name), query)
        _put_in(self._connection, model, _temporary(model.name), changed(column))

    def _turn_to_periods(self) -> None:
        """From here on, whole periods are made: all cases of each period in which one changed."""
        self._connection.execute(f"insert into {PERIODS} {concerned.QUARTERS_OF}")
        self._keep_for_now(PERIODS, concerned.PERIODS_OF)
        self._instead.clear()
        for table in _COUNTED.values():
            self._restrict(table, f"period in ({concerned.QUARTERS_WITHIN})", _within(table))
        quarters = "reference.publication_quarters"
        self._restrict(quarters, among("publication_period", PERIODS, "period"), _within(quarters))
        read = {name for each in updates().by_period for name in self._models[each].reads}
        for table in sorted(read & set(updates().by_case) - set(_COUNTED.values())):
            column = updates().by_case[table]
            self._restrict(table, among(column, _within(_COUNTED[column]), column), _within(table))

    def _restrict(self, table: str, condition: str, name: str) -> None:
        """Let models read some rows of a table in its place, kept under a name for now."""
        self._instead[table] = name
        self._keep_for_now(name, f"select * from {table} where {condition}")  # noqa: S608 - own names

    def _keep_for_now(self, name: str, query: str) -> None:
        self._made.add(name)
        self._connection.execute(f"create or replace temp table {name} as {query}")

    def _are_few(self, part: str, whole: str) -> bool:
        counts = f"select (select count(*) from {part}), count(*) from {whole}"  # noqa: S608 - own names
        ((n, n_all),) = self._connection.execute(counts).fetchall()
        return bool(n <= updates().most_changed * n_all)


def begin(
    connection: Connection, models: Sequence[Model], known: Collection[str], make: Callable[[Model], None]
) -> Update | None:  # fmt: skip
    """Begin to bring tables up to date.

    Args:
        connection: a warehouse whose loaded tables were looked at (`arrivals.look`), in a transaction.
        models: all of them.
        known: those whose tables stand as the same SQL made them of what was loaded at the last build.
        make: what makes a table as a whole.
    Returns:
        None where anything but rows came, or of any table it is not known how it was made.
    """
    update = Update(connection, models, make)
    is_known = all(model.name in known for model in models)
    return update if is_known and arrivals.only_came(connection) and update.start() else None


def order_of(model: Model) -> str:
    """Give the columns by which a model orders its table; nothing where it has no order."""
    found = _ORDER.search(model.sql)
    return found.group(1).strip() if found else ""


def _temporary(table: str) -> str:
    return f"part_of_{table.replace('.', '_')}"


def _within(table: str) -> str:
    return f"within_periods_{table.replace('.', '_')}"


def _kept_by(table: str) -> str:
    """Give the column that tells of which part a row of a table is; nothing where it has no parts."""
    declared = updates()
    return {**declared.by_case, **declared.by_period, **declared.by_file, **declared.by_client}.get(table, "")


def _rows(table: str, condition: str) -> str:
    return f"(select * from {table} where {condition})"  # noqa: S608 - own names


def _with(model: Model, instead: Mapping[str, str]) -> str:
    """Give the SQL of a model with what is read in the place of whole tables."""
    return _NAME.sub(lambda found: instead.get(found.group(), found.group()), model.sql)


def _put_in(connection: Connection, model: Model, part: str, changed: str) -> None:
    """Put parts of a table in the place of those that stand there; one with an order keeps it."""
    there, here = (f"(select count(*) from {table} where {changed})" for table in (model.name, part))  # noqa: S608
    if connection.execute(f"select {there} + {here}").fetchall() == [(0,)]:
        return
    order = order_of(model)
    in_order = f" order by {order}" if order else ""
    if not order or _comes_last(connection, model, part, changed):
        connection.execute(f"delete from {model.name} where {changed}")  # noqa: S608 - own names
        connection.execute(f"insert into {model.name} select * from {part} where {changed}{in_order}")  # noqa: S608
        return
    kept = f"select * from {model.name} where not ({changed})"  # noqa: S608 - own names
    together = f"{kept} union all select * from {part} where {changed}"  # noqa: S608 - own names
    connection.execute(f"create or replace table {model.name} as from ({together}){in_order}")


def _comes_last(connection: Connection, model: Model, part: str, changed: str) -> bool:
    """Tell whether a part belongs behind all that stays of a table, as a new quarter does where quarters come first."""
    first = order_of(model).split(",")[0]
    if first != _kept_by(model.name):
        return False
    stays = f"select max({first}) from {model.name} where not ({changed})"  # noqa: S608 - own names
    comes = f"select min({first}) from {part} where {changed}"  # noqa: S608 - own names
    return connection.execute(f"select coalesce(({stays}) < ({comes}), true)").fetchall() == [(True,)]
