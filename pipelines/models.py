"""The SQL models of `sql/`: found, ordered by what they read, and built in one transaction.

Answers "in which order are tables made" from the SQL itself: no numbered names and no second list. A model that fails,
or a check that finds an offender, leaves the warehouse as it was. Which tables need not be made again is decided in
`rebuilding.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from graphlib import TopologicalSorter
from pathlib import Path

from pipelines import disk, rebuilding, updating, warehouse
from pipelines.declarations import read_toml
from pipelines.errors import ModelError, SettingsError, listed
from pipelines.rebuilding import Model
from pipelines.resources import reference_file, sql_folder
from pipelines.tables import present_columns
from pipelines.warehouse import BUILT_LAYERS, Connection

CHECKS = "checks"
# On a line of its own: a file may end in a comment.
_NO_ROWS = "\nwith no data"


def load_models(connection: Connection, folder: Path | None = None) -> list[Model]:
    """Read every model of the SQL folder.

    Args:
        connection: any open database; its own parser finds the tables a model reads.
        folder: the `sql` folder; the packaged one unless another is given.
    Returns:
        Models and checks, those that are read before those that read them.
    Raises:
        ModelError: models read each other in a circle.
    """
    root = folder or sql_folder()
    files = [path for layer in (*BUILT_LAYERS, CHECKS) for path in sorted((root / layer).glob("*.sql"))]
    models = {model.name: model for model in (_read(connection, path) for path in files)}
    order = TopologicalSorter({name: sorted(model.reads & set(models)) for name, model in sorted(models.items())})
    try:
        return [models[name] for name in order.static_order()]
    except ValueError:
        raise ModelError("The SQL models read each other in a circle.") from None


def build(database: Path) -> int:
    """Make every table of the SQL folder and run every check, all or nothing.

    What would be made of the same rows by the same SQL as before is there already, and stays.

    Args:
        database: a warehouse with its raw and reference tables loaded.
    Returns:
        The number of tables.
    Raises:
        ModelError: a model cannot be built, or a check found offenders; every failing check is named.
    """
    configuration = warehouse.IN_ANY_ORDER
    with warehouse.connect(database, configuration=configuration) as connection, warehouse.transaction(connection):
        found = load_models(connection)
        tables, checks = told_apart(found)
        digests = rebuilding.digests(connection, found)
        standing = rebuilding.standing(connection, digests, [check.name for check in checks])
        known = rebuilding.outdated(connection, digests)
        update = updating.begin(connection, tables, known, partial(make, connection)) if known - standing else None
        _bring_up_to_date(connection, tables, standing, update)
        due = [check for check in checks if check.name not in standing]
        asked = [update.narrowed(check) if update else check for check in due]
        refuse_offenders(due, {check.name: _offenders(connection, check) for check in asked})
        if update:
            update.end()
        rebuilding.keep(connection, digests)
    return len(tables)


def _bring_up_to_date(
    connection: Connection, tables: Sequence[Model], standing: set[str], update: updating.Update | None
) -> None:  # fmt: skip
    """Make every table that does not stand, or those parts of it that changed."""
    due = [model for model in (update.ordered(tables) if update else tables) if model.name not in standing]
    for model in due:
        if update:
            update.bring(model)
        else:
            make(connection, model)
    describe(connection, due)


def is_check(name: str) -> bool:
    """Tell a check from a model by its name."""
    return name.startswith(f"{CHECKS}.")


def told_apart(found: Sequence[Model]) -> tuple[list[Model], list[Model]]:
    """Give the models and the checks, each in the order they stand in."""
    return [each for each in found if not is_check(each.name)], [each for each in found if is_check(each.name)]


@cache
def column_meanings() -> dict[str, dict[str, str]]:
    """Give the description, unit and code list of every column, by name."""
    meanings: dict[str, dict[str, str]] = read_toml(reference_file("columns.toml"), SettingsError)["columns"]
    return meanings


def _read(connection: Connection, path: Path) -> Model:
    sql = path.read_text(encoding="utf-8")
    try:
        names = connection.get_table_names(sql, qualified=True)
    except warehouse.DatabaseError as error:
        raise ModelError(
            f"sql/{path.parent.name}/{path.name} cannot be read as SQL ({type(error).__name__})."
        ) from None
    # DuckDB 2.0 gives "core.cases AS cases" for a table with an alias.
    reads = frozenset(name.split(" AS ")[0] for name in names)
    return Model(f"{path.parent.name}.{path.stem}", sql, reads)


def make(connection: Connection, model: Model, *, is_empty: bool = False) -> None:
    """Make the table of a model.

    Args:
        connection: an open warehouse.
        model: no check.
        is_empty: leave out the rows, where another engine makes them.
    Raises:
        ModelError: it cannot be built.
    """
    try:
        connection.execute(f"create or replace table {model.name} as {model.sql}{_NO_ROWS if is_empty else ''}")
    except warehouse.DatabaseError as error:
        if disk.refusal_in(str(error)):
            raise
        # A database message can quote a value, so only its kind is told.
        raise ModelError(
            f"The model sql/{model.name.replace('.', '/')}.sql cannot be built ({type(error).__name__}). "
            "The warehouse is as it was before this run."
        ) from None


def describe(connection: Connection, made: Sequence[Model]) -> None:
    """Write what tables and their columns mean into the warehouse, where any tool can read it.

    Raises:
        ModelError: nobody described one of the columns.
    """
    columns = present_columns(connection)
    for model in made:
        comments = {f"table {model.name}": model.sql.splitlines()[0].removeprefix("-- ")}
        comments |= {f"column {model.name}.{column}": _meaning(model, column) for column in sorted(columns[model.name])}
        quoted = {target: text.replace("'", "''") for target, text in comments.items()}
        statements = [f"comment on {target} is '{text}'" for target, text in quoted.items()]
        connection.execute("; ".join(statements))


def _meaning(model: Model, column: str) -> str:
    meanings = column_meanings()
    if column not in meanings:
        raise ModelError(
            f"sql/{model.name.replace('.', '/')}.sql makes the column {column}, which reference/columns.toml does "
            "not describe. Describe it there."
        )
    return meanings[column]["description"]


def refuse_offenders(checks: Sequence[Model], found: Mapping[str, int | str]) -> None:
    """Stop when a check found something, or could not be run.

    Args:
        checks: all of them.
        found: of each how many offenders it found, or the kind of failure where it could not be run.
    Raises:
        ModelError: every such check is named.
    """
    problems = []
    for check in checks:
        file, outcome = f"sql/{check.name.replace('.', '/')}.sql", found[check.name]
        if isinstance(outcome, str):
            problems.append(f"{file} cannot be run ({outcome}).")
        elif outcome:
            rule = check.sql.splitlines()[0].removeprefix("-- ")
            problems.append(f"{file} found {outcome}. {rule}")
    if problems:
        raise ModelError(listed(problems, heading="A check of the warehouse failed, and nothing was stored:"))


def unreadable(connection: Connection, checks: Sequence[Model]) -> dict[str, int | str]:
    """Give the first check that does not fit the tables, by name, with the kind of failure; nothing is run.

    In a transaction nothing can be asked after it, so the caller has to stop.
    """
    for check in checks:
        try:
            connection.execute(f"describe {check.sql}").fetchall()
        except warehouse.DatabaseError as error:
            return {check.name: type(error).__name__}
    return {}


def _offenders(connection: Connection, check: Model) -> int | str:
    try:
        offenders = connection.execute(f"select count(*) from ({check.sql})").fetchone()  # noqa: S608 - a file of ours
    except warehouse.DatabaseError as error:
        return type(error).__name__
    return int(offenders[0]) if offenders else 0
