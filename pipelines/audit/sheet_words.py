"""The words of a workbook in their places: titles, links, contents, and the lines above its tables.

Answers "is this known text where it belongs". A text of one place that was put in another would still be known; here it
is held against the other texts of its kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelines.audit.reading import Release
from pipelines.audit.sheets import Sheet, Value, Workbook

_OF_WORDS, _MARK = 2, "["
_MARKS = ("[c]", "[z]")


def sheet_word_problems(release: Release, book: Workbook) -> Iterator[str]:
    """Name the sheets of a workbook on which a text stands that belongs somewhere else, as the end of a sentence."""
    common, elsewhere = _common(release, book), _elsewhere(release, book)
    leading = {shown for sheet in book.sheets for shown, _, _ in sheet.links}
    for sheet in book.sheets:
        is_right = sheet.about[:1] == sheet.lines[:1] and all(_is_link(link, book) for link in sheet.links)
        is_whole = sheet.table_name not in release.tables or (common <= set(sheet.lines) and _explains_marks(sheet))
        is_apart = leading.isdisjoint(_details(sheet, book))  # what leads to a sheet explains nothing
        told = {*sheet.lines[1:], *_details(sheet, book)} - {*sheet.about}
        if not (is_right and is_whole and is_apart) or elsewhere & told:
            yield f"has a text on the sheet “{sheet.name}” that belongs somewhere else"
    yield from ("lists other sheets than it has" for sheet in book.sheets if not _lists_all(sheet, book))


def _explains_marks(sheet: Sheet) -> bool:
    """Tell whether the lines above a table explain each mark that stands in it once, and no others."""
    used = {value for row in sheet.rows for value in row if str(value) in _MARKS}
    told = Counter(mark for mark in _MARKS for line in sheet.lines if mark in str(line))
    return told == dict.fromkeys(used, 1)


def _common(release: Release, book: Workbook) -> set[Value]:
    """Give the lines that stand above every table: the rule, and those that most tables have last."""
    last = Counter(line for sheet in book.sheets if sheet.table_name in release.tables for line in sheet.lines[-2:])
    rule = " ".join(str(release.manifest.get("disclosure", {}).get("statement") or "").split())
    return {line for line, n in last.items() if n > len(release.tables) / 2} | ({rule} if rule else set())


def _elsewhere(release: Release, book: Workbook) -> set[Value]:
    """Give the texts that are no lines and no details: heads, subjects, labels and what stands in one table alone."""
    lines = Counter(line for sheet in book.sheets for line in set(sheet.lines))
    details = {detail for sheet in book.sheets for detail in _details(sheet, book)}
    inside = {value for sheet in book.sheets for row in sheet.rows for value in row} - details
    alone = {line for line, n in lines.items() if n == 1 and line in details and not str(line).startswith(_MARK)}
    facts = {release.manifest.get(name) for name in ("network", "title", "centre_name")}
    subjects = {row[0] for sheet in book.sheets for row in sheet.rows if _details(sheet, book)}
    return (inside | alone | subjects | {head for sheet in book.sheets for head in sheet.heads}) - facts


def _details(sheet: Sheet, book: Workbook) -> set[Value]:
    """Give what a sheet that explains subjects says of them; nothing of one with figures, or of the contents."""
    return {row[1] for row in sheet.rows} if _is_of_words(sheet) and not _is_contents(sheet, book) else set()


def _is_of_words(sheet: Sheet) -> bool:
    return len(sheet.heads) == _OF_WORDS


def _is_contents(sheet: Sheet, book: Workbook) -> bool:
    """Tell whether a sheet lists the others: each row is a link to one of them."""
    names = {each.name for each in book.sheets}
    return _is_of_words(sheet) and sum(row[0] in names for row in sheet.rows) > len(sheet.rows) / 2


def _lists_all(sheet: Sheet, book: Workbook) -> bool:
    if not _is_contents(sheet, book):
        return True
    others = [each for each in book.sheets if each is not sheet]
    return len(others) == len(sheet.rows) and all(
        row[0] == each.name and row[1] in {each.lines[0], *each.about}
        for row, each in zip(sheet.rows, others, strict=True)
    )


def _is_link(link: tuple[object, str, str], book: Workbook) -> bool:
    """Tell whether a link shows what it says and leads to a sheet that is there; the name of one leads to that one."""
    shown, said, target = link
    name = target.rpartition("!")[0].strip("'").replace("''", "'")
    names = {each.name for each in book.sheets}
    return shown == said and name in names and (shown not in names or shown == name)
