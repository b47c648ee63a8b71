"""Where law centres stand: does each file name the same ones, and are the areas without any those that rates name?

Answers "is an area said to have no law centre although the manifest has one there, or to have few clients although its
rate does not say so". Places are what a network stated; they are held against each other, and nothing else could tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pipelines.audit.markup import Element, read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import AREA_RATES, Release, read_rows
from pipelines.audit.structure import AREA, CENTRE_ID
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

COLUMN = "n_centres"
_POOL, _FACTS = "_POOLED", frozenset({"centre_id", "name", "areas"})
_PATH = f"data/{AREA_RATES}.csv"
Rate = Mapping[str, Any]


def place_problems(release: Release) -> Iterator[str]:
    """Name every law centre that a file has elsewhere, and every area that is wrongly listed as one without any."""
    try:
        found = list(_problems(release))
    except (TypeError, ValueError, KeyError, AttributeError):
        found = ["the places of law centres hold something that is none. Release the edition again."]
    yield from map(release.problem, dict.fromkeys(found))


def has_places(release: Release) -> bool:
    """Tell whether a manifest says where law centres stand."""
    return "centre_places" in release.manifest


def centres_at(release: Release, rate: Rate) -> list[str]:
    """Give the names of the law centres in the area of a row, each once, in the order of the manifest."""
    rates = release.manifest.get("area_rates") or ()
    codes = {rate["group"]}
    if rate["group"] == TOTAL:
        codes = {each["group"] for each in rates}
    elif rate["group"] == _POOL:
        codes = {each["group"] for each in rates if each.get("pool") == _POOL}
    return [str(each["name"]) for each in release.manifest.get("centre_places") or () if codes & set(each["areas"])]


def centres_text(release: Release, rate: Rate, *, empty: str) -> str:
    """Say which law centres are in the area of a row, as pages and sheets do; `empty` of all areas together."""
    if rate["group"] == TOTAL:
        return empty
    return "; ".join(centres_at(release, rate)) or _words()["no_centre"].capitalize()


def _problems(release: Release) -> Iterator[str]:
    rates = [each for each in release.manifest.get("area_rates") or () if isinstance(each, dict)]
    if has_places(release):
        yield from _stated(release, rates)
    if _PATH in release.files:
        yield from _file(release, rates)
    if PAGE in release.files and release.is_ours:
        yield from _page(release, rates)


def _stated(release: Release, rates: Sequence[Rate]) -> Iterator[str]:
    places = release.manifest["centre_places"]
    names = (release.manifest.get("labels") or {}).get(CENTRE_ID, {})
    ids = [each["centre_id"] for each in places]
    known = {rate["group"] for rate in rates} - {TOTAL, _POOL}
    is_whole = all(set(each) == _FACTS and each["name"] and each["areas"] for each in places)
    is_known = all(set(map(str, each["areas"])) & known or not release.is_ours for each in places)
    is_named = all(_is_named(each, names) for each in places)
    if not is_whole or not is_known or not is_named or len(set(ids)) < len(ids) or not known:
        yield "manifest.json names law centres or their areas otherwise than its tables. Release the edition again."


def _is_named(place: Mapping[str, Any], names: Mapping[str, str]) -> bool:
    """Tell whether a law centre has the name and the id that the tables give it; they know those with clients alone."""
    is_known = place["name"] in names.values()
    return bool(names.get(place["centre_id"], place["name"]) == place["name"]) and (
        not is_known or place["centre_id"] in names
    )


def _file(release: Release, rates: Sequence[Rate]) -> Iterator[str]:
    header, rows = read_rows(f"{release.key}/{_PATH}", release.files[_PATH])
    told = [dict(zip(header, values, strict=True)) for values in rows]
    expected = [str(len(centres_at(release, rate))) for rate in rates] if has_places(release) else [None] * len(rates)
    if [row.get(COLUMN) for row in told] != expected:
        yield f"{_PATH} counts other law centres than manifest.json names. Release the edition again."


def _page(release: Release, rates: Sequence[Rate]) -> Iterator[str]:
    """Each row of the table names the law centres of its own area, and the list below has the right areas."""
    page, told = read_markup(release.files[PAGE].decode("utf-8")), {str(rate["finding_id"]): rate for rate in rates}
    for row in page.all("tr") if has_places(release) else ():
        cited = {each.named.get("data-ref", "").rpartition(".")[0] for each in row.all("data")} & told.keys()
        cells = [plain(each.text) for each in row.all("th", "td")]
        if cited and cells[-2] != plain(centres_text(release, told[cited.pop()], empty="–")):
            yield f"{PAGE} names other law centres in an area than manifest.json. Release the edition again."
    bare = [rate for rate in rates if rate.get("is_told") and not centres_at(release, rate)]
    expected = [_name(release, rate) for rate in bare] if has_places(release) else None
    if _listed(release, page) != expected:
        yield f"{PAGE} lists other areas without a law centre than there are. Release the edition again."


def _listed(release: Release, page: Element) -> list[str] | None:
    """Give the areas that a page lists as those without a law centre; None where it says nothing of the kind."""
    some, none = (plain(_filled(release, _words()[name])) for name in ("bare", "none_bare"))
    for lead in page.all("p"):
        if plain(lead.text) == none:
            return []
        if plain(lead.text) == some and lead.parent is not None:
            after = [each for each in lead.parent.children if isinstance(each, Element)]
            listing = next((each for each in after[after.index(lead) + 1 :][:1] if each.tag == "ul"), None)
            return [] if listing is None else [plain(each.text) for each in listing.all("li")]
    return None


def _name(release: Release, rate: Rate) -> str:
    named = {TOTAL: _words()["all"], _POOL: _words()["pool"]}
    labels = (release.manifest.get("labels") or {}).get(AREA, {})
    return plain(named.get(str(rate["group"])) or labels.get(rate["group"], rate["group"]))


def _filled(release: Release, text: str) -> str:
    return text.format(**release.manifest["words"])


@cache
def _words() -> Mapping[str, str]:
    words: Mapping[str, str] = read_toml(reference_file("wording.toml"), DisclosureError)["areas"]
    return words
