"""The words about rates by area: is every sentence the one that its numbers give, and does the page say it?

Answers "do the words say what the numbers say". The sentences are put together anew from the packaged wording, so this
is asked of releases of the same version alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pipelines.audit.markup import Element, read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release
from pipelines.audit.structure import AREA, SOURCE
from pipelines.audit.written import ratio_text
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

_ALONE = frozenset({"pooled", "withheld", "not_collected"})
_TITLE, _NONE = "{title}", "–"
Rate = Mapping[str, Any]
Words = Mapping[str, Mapping[str, str]]


def told_problems(release: Release, rates: Sequence[Rate]) -> Iterator[str]:
    """Name every sentence about an area that its numbers do not give, and each that the page leaves out."""
    if not release.is_ours:
        return
    words = read_toml(reference_file("findings.toml"), DisclosureError)
    for rate in rates:
        if not _is_said(release, words, rate):
            yield f"say of {rate['group']} something that its numbers do not. Release the edition again."
        if bool(rate["is_told"]) != (rate["group"] != TOTAL and _is_on_page(rate)):
            yield f"leave out a sentence about {rate['group']}, or have one too many. Release the edition again."
    if PAGE in release.files:
        yield from _page(release, rates)


def _page(release: Release, rates: Sequence[Rate]) -> Iterator[str]:
    """The page has the sentences, and each figure stands in a row with the name and the verdict of its own area."""
    page = read_markup(release.files[PAGE].decode("utf-8"))
    text = plain(page.text)
    if not all(plain(rate["statement"]) in text for rate in rates if _is_on_page(rate)):
        yield f"say less on {PAGE} than in manifest.json. Release the edition again."
    words = read_toml(reference_file("wording.toml"), DisclosureError)
    told = {str(rate["finding_id"]): rate for rate in rates}
    for row in page.all("tr"):
        cited = {each.named.get("data-ref", "").rpartition(".")[0] for each in row.all("data")}
        if cited & told.keys() and not _is_row_of(release, words, row, [told.get(each) for each in cited]):
            yield f"stand on {PAGE} beside another area or verdict. Release the edition again."


def _is_row_of(release: Release, words: Mapping[str, Any], row: Element, rates: Sequence[Rate | None]) -> bool:
    rate, labels = rates[0], release.manifest.get("labels") or {}
    if len(rates) != 1 or rate is None:
        return False
    code, cells = str(rate["group"]), row.all("th", "td")
    named = {TOTAL: words["areas"]["all"], "_POOLED": words["areas"]["pool"]}
    name = named.get(code) or labels.get(AREA, {}).get(code, code)
    verdict = words["comparisons"]["verdicts"].get(rate["state"], _NONE)
    return [plain(each.text).casefold() for each in (cells[0], cells[-1])] == [
        plain(each).casefold() for each in (name, verdict)
    ]


def _is_on_page(rate: Rate) -> bool:
    """Tell whether a page must have the sentence: of all areas, of those clearly below, and of counts too small."""
    is_few = rate.get("n") is not None and rate.get("rate") is None and (rate.get("expected") or 0) >= least_expected()
    return bool(rate["group"] == TOTAL or rate.get("is_clearly_below") or is_few)


@cache
def least_expected() -> float:
    """Give the expected clients from which an area is told by itself."""
    return float(read_toml(reference_file("provision.toml"), DisclosureError)["areas"]["least_expected"])


def _is_said(release: Release, words: Words, rate: Rate) -> bool:
    slots = {"clients": str(release.manifest["words"]["clients"])}
    if rate["state"] in _ALONE:
        return bool(rate["statement"] == words["area_states"][rate["state"]].format(**slots))
    if rate.get("population") is None:
        return _is_reason(words, rate, slots)
    return bool(rate["statement"] == _statement(release, words, rate, slots))


def _is_reason(words: Words, rate: Rate, slots: Mapping[str, str]) -> bool:
    """Tell whether a sentence gives the reasons that a row names; of a benchmark without a rate any title may stand."""
    known = {**words["reasons"], **words["area_reasons"]}
    told = [known.get(name, "") for name in rate["reasons"]]
    told = told[:1] + [text.replace(f" ({_TITLE})", "") for text in told[1:]]
    reason = told[0] if len(told) == 1 else f"{'; '.join(told[:-1])}; and {told[-1]}"
    sentence = words["areas"]["none"].replace("{reason}", reason).format(title="\0", **slots)
    pattern = ".+?".join(map(re.escape, sentence.split("\0")))
    return re.fullmatch(pattern, rate["statement"]) is not None


def _statement(release: Release, words: Words, rate: Rate, slots: Mapping[str, str]) -> str:
    areas, code, labels = words["areas"], str(rate["group"]), release.manifest.get("labels") or {}
    named = {TOTAL: areas["all"], "_POOLED": areas["small"]}
    filled = {
        **slots,
        "area": named.get(code) or labels.get(AREA, {}).get(code, code),
        "people": f"{rate['population']:,.0f}",
        "few": f"{_few(release, rate):,}",
        "rate": "" if rate["rate"] is None else ratio_text(rate["rate"]),
        "low": ratio_text(rate["rate_low"]),
        "high": ratio_text(rate["rate_high"]),
    }
    told = [areas["few" if rate["rate"] is None else "rate"].format(**filled)]
    if rate["state"] in words["area_states"]:
        told.append(words["area_states"][rate["state"]].format(**slots))
    if rate["state"] == "clearly_lower" and not rate["is_clearly_below"]:
        told.append(areas["chance"])
    if rate["sources_without"]:
        sources = "; ".join(labels.get(SOURCE, {}).get(each, each) for each in rate["sources_without"])
        told.append(areas["left_out"].format(sources=sources, **slots))
    return " ".join(told)


def _few(release: Release, rate: Rate) -> int:
    base = release.base or 0
    least = base + max(base - 1, release.reach) + 1
    return max(int(rate["n"]) + int(rate["reach_n"]) + 1, least)
