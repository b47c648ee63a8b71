"""The report of a run for the analyst: what happened, what to do next, and everything that can be looked up.

Answers for one record, good or failed. It is made of the record's own files, so it says what the record says. Its words
are those of `reference/runs.toml`; counts are true, and no value from a record is among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.run_page_details import (
    STATES,
    kept_section,
    read_json,
    rows_section,
    rules_section,
    stages_section,
    versions_section,
)
from pipelines.run_page_parts import Cell, Page, Section, Table, columns, row
from pipelines.run_words import REHEARSAL, lasted, meaning_of, run_words

Told = Mapping[str, Any]


def run_page(told: Told, folder: Path) -> str:
    """Render the report of a run.

    Args:
        told: the record.
        folder: where it lies; its other files are read, and links are relative to it.
    Returns:
        One HTML document that stands alone.
    """
    from pipelines.publish.html import page_html

    return page_html("run", has_faces=False, page=lay_out_run(told, folder), words=run_words()["page"])


def lay_out_run(told: Told, folder: Path) -> Page:
    """Put the parts of the report in the order in which an analyst needs them; parts without content are left out."""
    accounts = told.get("accounts") or read_json(folder / "accounting.json").get("inputs", [])
    sections = (
        _happened(told),
        _to_do(told),
        _editions(told, folder),
        _protection(told, folder),
        rows_section(accounts),
        rules_section(told),
        stages_section(told),
        kept_section(told, folder),
        versions_section(told),
    )
    began = datetime.fromisoformat(told["began"])
    name = run_words()["commands"].get(told["command"], told["command"])
    return Page(
        title=f"{name} of {began.day} {began:%B %Y, %H:%M} UTC",
        subtitle=_subtitle(told),
        network=told["network"],
        sections=tuple(each for each in sections if not each.is_empty),
        footer=f"Run {told['run']}, caseload {told['product_version']}. {run_words()['page']['kicker']}",
    )


def _subtitle(told: Told) -> str:
    means = meaning_of(told["status"], told.get("exit_code"))["means"]
    how = "Done" if told["status"] == "done" else f"Failed: {means} (exit code {told.get('exit_code')})"
    return f"{how}. It took {lasted(told.get('seconds', 0.0))}. Asked by: {told['asked_by']}."


def _happened(told: Told) -> Section:
    if told["status"] != "done":
        stage = run_words()["stages"].get(told.get("stopped_in"), told.get("stopped_in"))
        where = f" It stopped at: {stage}." if stage else " It stopped before any work was done."
        means = meaning_of(told["status"], told.get("exit_code"))["means"]
        said_so = tuple(str(told.get("message", "")).splitlines())
        heading = (f"Failed: {means}.{where}", *(line.strip().removeprefix("- ") for line in said_so))
        return Section("main", "What happened", heading, is_alarm=True, paragraphs=_counts(told))
    return Section(
        "main", "What happened", tuple(_standing(told)) or ("Nothing was to be released.",), paragraphs=_counts(told)
    )


def _counts(told: Told) -> tuple[str, ...]:
    totals = told.get("totals")
    if not totals:
        return ()
    states = ", ".join(f"{totals[name]:,} {name}" for name in STATES[1:])
    if "files_read" not in told:
        files = "Nothing had changed since the last run, so no file was read again."
    else:
        files = f"Files: {told['files_read']:,} read, {told['files_known']:,} known already."
    return (files, f"Rows of all files in force: {totals['rows_read']:,} read = {states}.")


def _standing(told: Told) -> Iterator[str]:
    """Say what is published now."""
    for each in told.get("editions", []):
        if told["command"] == REHEARSAL:
            outcome = "can be released" if each["is_new"] else "nothing has changed"
            yield f"{each['period']}: {outcome}; nothing was stored."
        elif each["is_new"]:
            yield f"{each['period']}: published as edition {each['edition']}."
        elif each.get("is_kept"):
            yield f"{each['period']}: {run_words()['editions']['kept'].format(number=each['edition'])}"
        else:
            yield f"{each['period']}: edition {each['edition']} stands."
    for name, n in told.get("removed", {}).items():
        yield run_words()["removed"][name].format(n=n)
    if told["command"] == "check":
        yield "The files were read and checked. Nothing was stored or released."


def _to_do(told: Told) -> Section:
    then = meaning_of(told["status"], told.get("exit_code"))["next"]
    items = [*_remedies(told.get("waiting", [])), *_left(told), *told.get("advice", [])]
    tables = _waiting(told.get("waiting", []))
    paragraphs = (then,) if then else ()
    if not (then or items or tables):
        paragraphs = ("Nothing: no row waits, and nothing has to be explained.",)
    return Section("next", "What to do next", paragraphs=paragraphs, items=tuple(items), tables=tables)


def _left(told: Told) -> Iterator[str]:
    for each in told.get("editions", []):
        if each["is_overtaken"]:
            yield (
                f"{each['period']}: {each['waiting_cases']:,} cases have changed since edition {each['edition']} and "
                "wait, because a few changes would give away the people behind them. Nothing is to be done."
            )
        for audience, reason in each["left_out"].items():
            yield f"{each['period']}: no brief for {audience}: {reason}"


def _waiting(waiting: list[Told]) -> tuple[Table, ...]:
    """List the rows that wait in quarantine, by file and reason."""
    from pipelines.advice import meaning

    if not waiting:
        return ()
    rows = []
    for each in waiting:
        numbers = ", ".join(str(number) for number in each["rows"])
        more = f" and {each['n'] - len(each['rows']):,} more" if each["n"] > len(each["rows"]) else ""
        rows.append(row(f"{each['source']}/{each['file']}", each["n"], numbers + more, meaning(each["reason"])[0]))
    heads = columns("File", "Rows", "Row numbers", "Why they wait", words=("Row numbers", "Why they wait"))
    total = row("All files", sum(each["n"] for each in waiting), "", "")
    caption = "Rows that wait and are counted nowhere until they are corrected"
    return (Table("waiting", caption, heads, tuple(rows), total),)


def _remedies(waiting: list[Told]) -> Iterator[str]:
    """Say once for each reason what to do about it."""
    from pipelines.advice import meaning

    for reason in dict.fromkeys(each["reason"] for each in waiting):
        means, remedy = meaning(reason)
        yield f"{means[:1].upper()}{means[1:]}: {remedy[:1].lower()}{remedy[1:]}"


def _editions(told: Told, folder: Path) -> Section:
    rows = []
    for each in told.get("editions", []):
        place = f"../../release/{each['period']}/{each['edition']}"
        links = [(name, f"{place}/{name}/brief.html") for name in each["audiences"]]
        found = tuple(link for link in links if told["command"] != REHEARSAL and (folder / link[1]).is_file())
        names = Cell("" if found else ", ".join(each["audiences"]), more=found)
        hidden = sum(each["hidden"].values())
        rows.append(row(each["period"], each["edition"], "new" if each["is_new"] else "stands", names, hidden))
    heads = columns("Period", "Edition", "State", "Briefs", "Hidden figures", words=("State", "Briefs"))
    tables = (Table("editions-table", "What is published", heads, tuple(rows)),) if rows else ()
    return Section("editions", "Editions", tables=tables)


def _protection(told: Told, folder: Path) -> Section:
    """Sum up what protection cost and what the audit found; both rest on true counts and stay inside."""
    rows, audits = [], []
    for each in told.get("editions", []):
        found = read_json(folder / "disclosure" / f"{each['period']}.json")
        for audience, cost in found.get("protection", {}).items():
            figures = (
                cost.get("figures"),
                each["hidden"].get(audience, 0),
                cost.get("mean_error"),
                cost.get("largest_error"),
            )
            rows.append(row(f"{each['period']} {audience}", *figures))
        audits += [_audited(each, found["audit"])] if found.get("audit") else []
    heads = columns("Brief", "Figures", "Hidden", "Mean distance from the true count", "Largest distance")
    tables = (Table("protection-table", "What protection changed", heads, tuple(rows)),) if rows else ()
    return Section("protection", "Protection and audit", tables=tables, items=tuple(audits))


def _audited(edition: Told, audit: Told) -> str:
    outcome = "and nobody could learn anything" if audit["passed"] else f"and failed: {len(audit['problems'])} problems"
    releases = len(audit["releases"])
    return (
        f"{edition['period']}: the files were attacked as their readers could, together with {releases:,} "
        f"briefs and {audit['n_cells']:,} figures, {outcome}."
    )
