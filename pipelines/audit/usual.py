"""A law centre's page: do its words about recording follow from published figures, and its answers from the manifest?

Answers "is within the usual variation what the figures say". The limits are worked out again here, from the network's
rounded table of what each source records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

from pipelines.audit.markup import Element, read_markup
from pipelines.audit.paper_words import plain
from pipelines.audit.reading import CENTRE, Release, split_key
from pipelines.audit.written import day_text
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

PAGE, TABLE = "compare.html", "by_source_recorded"
_RECORDING, _ANSWERS = "usual_recording", "self_assessment"
_DRAWN_IN, _EXACT = 0.1, 1e-6


def usual_problems(release: Release, read: Mapping[str, Release]) -> Iterator[str]:
    """Name what a centre's page says about recording or about itself that does not follow.

    Args:
        release: any release; one without the page says nothing.
        read: all releases that its readers can open, by key.
    """
    if PAGE not in release.files or _RECORDING not in release.manifest or not release.is_ours:
        return
    try:
        found = list(_problems(release, read))
    except (ValueError, KeyError, TypeError, AttributeError):
        found = ["manifest.json is damaged where it tells what is usual, or what a centre says of itself"]
    yield from (release.problem(f"{each}. Release the edition again.") for each in found)


def _problems(release: Release, read: Mapping[str, Release]) -> Iterator[str]:
    page = read_markup(release.files[PAGE].decode("utf-8"))
    told = release.manifest[_RECORDING]
    if [plain(each) for each in _lines(page)] != [plain(_sentence(release, each)) for each in told]:
        yield f"{PAGE} says something else of recording than the figures"
    if list(_answered(page)) != [_answer(each) for each in release.manifest.get(_ANSWERS) or ()]:
        yield f"{PAGE} has other answers than manifest.json"
    beside = _network(release, read)
    if beside is not None and not all(_is_measured(release, beside, each) for each in told):
        yield "what is usual does not follow from the network's figures"


def _section(page: Element, name: str) -> Element | None:
    found = (each.parent for each in page.all("h2") if each.named.get("id") == name)
    return next(found, None)


def _lines(page: Element) -> list[str]:
    section = _section(page, "recording")
    return [each.text for each in section.all("li")] if section else []


def _answered(page: Element) -> Iterator[list[str]]:
    section = _section(page, "self-assessment")
    for row in section.all("tr")[1:] if section else ():
        yield [plain(each.text) for each in row.children if isinstance(each, Element)]


def _answer(told: Mapping[str, Any]) -> list[str]:
    standard, who = f"{told['title']}{told['text']}{told['origin']}", f"{told['said_by']}{day_text(told['said_on'])}"
    return [plain(text) for text in (standard, told["answer"], told["evidence"], told["next_step"], who)]


def _words() -> dict[str, Any]:
    found: dict[str, Any] = read_toml(reference_file("pages.toml"), DisclosureError)["compare"]
    return found


def _sentence(release: Release, told: Mapping[str, Any]) -> str:
    words, own = _words()["recording"], dict(release.manifest.get("words") or {})
    text: str = words["verdicts"][_verdict(release, told)]
    name = str(words["fields"][told["field"]]).format(**own)
    return text.format(field=name[:1].upper() + name[1:], who=release.manifest.get("centre_name"), **own)


def _verdict(release: Release, told: Mapping[str, Any]) -> str:
    """Say on which side of the limits at its size the centre's own share lies, or why that cannot be said."""
    words, reach = _words()["recording"], _reach(release)
    n, of_all, own, base = (told[name] for name in ("n", "base", "own_n", "own_base"))
    if not told["is_collected"]:
        return "not_collected"
    if reach is None or told["n_centres"] < words["least_centres"] or not base or not 0 < n < of_all:
        return "cannot"
    usual = n / of_all
    if base * min(usual, 1 - usual) < words["least_expected"]:
        return "too_few"
    spread = sqrt(usual * (1 - usual) / base + told["variance"])
    moved = reach * told["n_sources"] / of_all + reach * told["own_sources"] / base
    gap, limit = own / base - usual, words["deviations"] * spread + moved
    return "within" if abs(gap) <= limit else "larger" if gap > 0 else "smaller"


def _reach(release: Release) -> int | None:
    rule = release.manifest.get("network_rule")
    return int(rule["reach"]) if isinstance(rule, dict) and rule.get("reach") is not None else None


def _network(release: Release, read: Mapping[str, Release]) -> Release | None:
    """Give the newest brief of the network that was there when the centre's was made."""
    period, number, audience = split_key(release.key)
    found = {split_key(key): each for key, each in read.items() if TABLE in each.tables}
    fits = [key for key in found if key[0] == period and key[1] <= number and not key[2].startswith(CENTRE)]
    return found[max(fits)] if fits and audience.startswith(CENTRE) else None


def _is_measured(release: Release, network: Release, told: Mapping[str, Any]) -> bool:
    """Tell whether what is usual for one field is what the network's figures give."""
    parents = [each for each in release.structure.get("parents", ()) if each.get("parent") == "centre_id"]
    centre_of: Mapping[str, str] = parents[0]["of"] if parents else {}
    own, sources = split_key(release.key)[2].removeprefix(CENTRE), _sources(network, str(told["field"]))
    placed = {source: counts for source, counts in sources.items() if centre_of.get(source)}
    of_own = {source: counts for source, counts in placed.items() if centre_of[source] == own}
    is_collected = not any(counts["Z"] for counts in of_own.values())
    centres: dict[str, list[int]] = {}
    for source, counts in placed.items():
        if counts["Y"] + counts["N"]:
            found = centres.setdefault(centre_of[source], [0, 0])
            found[0] += counts["Y"]
            found[1] += counts["Y"] + counts["N"]
    n_sources, n_own = (sum(each["Y"] + each["N"] > 0 for each in group.values()) for group in (placed, of_own))
    expected = [*_sums(placed), len(centres), n_sources, *_sums(of_own), n_own, is_collected]
    names = ("n", "base", "n_centres", "n_sources", "own_n", "own_base", "own_sources", "is_collected")
    variance = _variance([centres[name] for name in sorted(centres)])
    return [told[name] for name in names] == expected and abs(told["variance"] - variance) < _EXACT


def _sources(network: Release, field: str) -> dict[str, dict[str, int]]:
    """Give for each source how many clients have a field recorded (Y), have not (N), and cannot have (Z)."""
    found: dict[str, dict[str, int]] = {}
    for row in network.tables[TABLE].rows:
        about, source, code = row.codes
        if about == field and source not in {TOTAL, NOT_KNOWN} and code != TOTAL:
            found.setdefault(source, dict.fromkeys("YNZ", 0))[code] = row.n or 0
    return found


def _sums(sources: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    recorded = sum(each["Y"] for each in sources.values())
    return recorded, recorded + sum(each["N"] for each in sources.values())


def _variance(counts: Sequence[Sequence[int]]) -> float:
    """Give the variance of shares between centres beyond chance, the most distant tenth at each end drawn in."""
    n, base = (sum(each[at] for each in counts) for at in (0, 1))
    if len(counts) < 2 or not 0 < n < base:
        return 0.0
    usual = n / base
    weights = [size / (usual * (1 - usual)) for _, size in counts]
    scores = sorted((x / size - usual) * sqrt(weight) for (x, size), weight in zip(counts, weights, strict=True))
    low, high = _quantile(scores, _DRAWN_IN), _quantile(scores, 1 - _DRAWN_IN)
    squares = sum(min(max(score, low), high) ** 2 for score in scores)
    beyond = squares - (len(counts) - 1)
    room = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return max(beyond / room, 0.0) if squares > len(counts) else 0.0


def _quantile(ordered: Sequence[float], part: float) -> float:
    at = part * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
