"""Pages and drawings: does every figure in them stand in the data files, and does nothing else tell anything?

Answers "do the formats agree". A figure names the cell it shows; every other digit must be a date, a label, an axis or
words a person wrote. A hidden figure looks like every other hidden figure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from pipelines.audit.earlier import earlier_rows
from pipelines.audit.policy import scores_of
from pipelines.audit.reading import Release, Row
from pipelines.audit.signs import is_written, language_of
from pipelines.audit.written import measured_texts, percents

MARK = "[c]"
_FREE = frozenset({"date", "label", "axis", "given"})
_SILENT = frozenset({"style", "script"})
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col"})
_SPOKEN = ("alt", "title", "aria-label", "aria-description", "content")
_PLACE = frozenset({"x", "y", "transform"})
_DIGIT = re.compile(r"\d")
_HATCHED = re.compile(r'<path d="([^"]*)"[^>]*style="fill: url\(')
# Places in a drawing are rounded to hundredths.
_ROUNDED = 0.021
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Attributes = dict[str, str]
# How a figure may be shown, and how it may stand in a value attribute.
Ways = tuple[set[str], set[str]]


def page_problems(release: Release) -> Iterator[str]:
    """Name every place in the pages and drawings of a release that tells more, or other things, than its tables."""
    rows = {row.reference: row for table in release.tables.values() for row in table.rows}
    rows |= earlier_rows(release)
    measured = _measured(release.manifest.get("findings")) | _measured(release.manifest.get("area_rates"))
    measured |= {ref: ({str(each.get("value"))}, set()) for ref, each in scores_of(release).items()}
    for path, data in sorted(release.files.items()):
        if path.endswith((".html", ".svg")):
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                yield release.problem(f"{path} is damaged. Release the edition again.")
                continue
            reader = _Reader(rows, measured, _limits(release))
            reader.feed(text)
            reader.close()
            for problem in dict.fromkeys([*reader.problems, *reader.marks(), *_stubs(text)]):
                yield release.problem(f"{path}: {problem}")


def _measured(findings: object) -> dict[str, Ways]:
    """Give the ways in which each figure of each finding may be written, and how it may stand in a value attribute."""
    found: dict[str, Ways] = {}
    for finding in findings if isinstance(findings, list) else ():
        for name, value in finding.items() if isinstance(finding, dict) else ():
            if isinstance(value, float):
                ways = measured_texts(name, value)
                found[f"{finding.get('finding_id')}.{name}"] = ways, {f"{value:.4f}"}
    return found


def _limits(release: Release) -> tuple[int, ...]:
    """Give the limits that text may say a small rounded count to be below: higher where rounding reaches further."""
    threshold = release.manifest.get("disclosure", {}).get("threshold")
    # No text of this version names the threshold.
    told = (threshold,) if isinstance(threshold, int) and not release.is_ours else ()
    return (*told, release.base + release.reach + 1) if release.base is not None else ()


def _stubs(text: str) -> Iterator[str]:
    """The bars of hidden figures have one length in one drawing, or it would tell; rows differ in thickness."""
    for drawing in text.split("<svg")[1:]:
        lengths = set()
        for path in _HATCHED.findall(drawing):
            across = [float(number) for number in _NUMBER.findall(path)][0::2]
            lengths.add(round(max(across, default=0) - min(across, default=0), 2))
        if lengths and max(lengths) - min(lengths) > _ROUNDED:
            yield "hidden figures are drawn in more than one length. Draw all alike."


class _Reader(HTMLParser):
    """Walks a page, keeping the elements it is inside of."""

    def __init__(self, rows: Mapping[str, Row], measured: Mapping[str, Ways], limits: Collection[int]) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._rows, self._measured, self._limits = rows, measured, limits
        self._open: list[tuple[str, Attributes]] = []
        self._cited: list[str] | None = None
        self._marked: dict[tuple[str, int], set[tuple[Any, ...]]] = {}
        self._drawings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        self._look_at(tag, named)
        self._drawings += tag == "svg"
        if tag not in _VOID:
            self._open.append((tag, named))
            if "data-ref" in named:
                self._cited = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look_at(tag, {key: value or "" for key, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, named = self._open.pop()
            if "data-ref" in named and self._cited is not None:
                self._compare(named, " ".join("".join(self._cited).split()))
                self._cited = None
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._cited is not None:
            self._cited.append(data)
        elif _DIGIT.search(data) and not self._may_hold_digits():
            self.problems.append(f"line {self.getpos()[0]} shows digits that name no figure. Take them out.")
        if data.strip().startswith(MARK) and self._open:
            tag, named = next((each for each in reversed(self._open) if not _is_language(*each)), self._open[-1])
            seen = tuple(sorted(item for item in named.items() if item[0] not in _PLACE))
            self._marked.setdefault((tag, self._drawings if tag == "text" else 0), set()).add((seen, data.strip()))

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - the parser's own signature
        self.problems.append("a comment is left in it. Take it out.")

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 - the parser's own signature
        self.problems.append("an instruction to a program is left in it. Take it out.")

    def marks(self) -> Iterator[str]:
        """Name the elements in which one hidden figure looks different from another."""
        for (tag, _), ways in sorted(self._marked.items()):
            if len(ways) > 1 and tag != "p":
                yield f"hidden figures are marked in several ways in <{tag}>. Mark all alike."

    def _may_hold_digits(self) -> bool:
        return any(tag in _SILENT or _FREE & set(named.get("class", "").split()) for tag, named in self._open)

    def _look_at(self, tag: str, named: Attributes) -> None:
        line = self.getpos()[0]
        strange = [name for name in named if name.startswith("data-") and name != "data-ref"]
        if tag in {"script", "metadata"} or strange or "hidden" in named:
            self.problems.append(f"line {line} holds something that a reader does not see. Take it out.")
        is_technical = tag == "meta" and named.get("name") in {"viewport", "generator"}
        if not is_technical and any(_DIGIT.search(named.get(key, "")) for key in _SPOKEN):
            self.problems.append(f"line {line} has digits in an attribute that is read aloud. Take them out.")
        if tag == "data" and "data-ref" not in named:
            self.problems.append(f"line {line} holds a value that names no figure. Take it out.")

    def _compare(self, named: Attributes, text: str) -> None:
        reference = named["data-ref"]
        ways, values = self._measured.get(reference, (set(), set()))
        if not ways:
            address, _, measure = reference.rpartition(".")
            row = self._rows.get(address)
            if row is None or measure not in {"n", "share", "both", "network_n", "network_share"}:
                self.problems.append(f"{reference} is in no data file. Release the edition again.")
                return
            ways, values = _written(row, measure, self._limits)
        language = language_of(around["lang"] for _, around in reversed(self._open) if "lang" in around)
        if not is_written(text, ways, language) or named.get("value", text) not in {text, *values}:
            self.problems.append(f"{reference} differs from the data files. Release the edition again.")


def _is_language(tag: str, named: Attributes) -> bool:
    """Tell whether an element does nothing but name the language of its text."""
    return tag == "span" and set(named) == {"lang"}


def _written(row: Row, measure: str, limits: Collection[int]) -> Ways:
    """Give how a figure may be shown, and how it may stand in a value attribute; nothing when it is hidden."""
    network = measure.startswith("network_")
    n = row.further.get("network_n", "") if network else "" if row.n is None else str(row.n)
    share = row.further.get("network_share", "") if network else row.share
    counts = {f"{int(n):,}"} if n else set()
    if n and not network:
        counts |= {f"{begin}ewer than {limit:,}" for begin in "fF" for limit in limits if int(n) < limit}
    shares = percents(float(share), is_exact=False) if share else set()
    if measure.endswith("share"):
        return shares, {share} if share else set()
    if measure == "both":
        return counts | {f"{count} ({part})" for count in counts for part in shares}, {n} if n else set()
    return counts, {n} if n else set()
