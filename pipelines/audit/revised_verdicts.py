"""Verdicts that an edition says it tells otherwise than the one before: are they those that changed, and are all told?

Answers "could a group be called something else without a word". The verdicts of both editions stand in their manifests;
where the earlier one is not at hand, what is told of this edition is held against its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.audit.markup import read_markup
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.reading import Release
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

PARTS = ("findings", "waiting", "opening", "barriers", "enquiries", "area_rates")
_POOL, _FLAG = "_POOLED", "under_served"
_FIELDS = ("part", "finding_id", "dimension", "group", "old", "new")
Change = Mapping[str, Any]


def verdict_change_problems(release: Release, read: Mapping[str, Release]) -> Iterator[str]:
    """Name every verdict that a release tells as changed and is not, or that changed without a word.

    Args:
        release: the later edition.
        read: every release at hand, by `period/edition/audience`.
    """
    told = release.manifest.get("revisions")
    if not isinstance(told, dict) or (told.get("verdicts") is None and not release.is_ours):
        return
    listed = [each for each in told.get("verdicts") or () if isinstance(each, dict)]
    now = _verdicts(release)
    if any(set(each) != set(_FIELDS) or now.get(_key(each), "") != each["new"] for each in listed):
        yield release.problem("its revisions tell verdicts that it does not have. Release the edition again.")
        return
    earlier = read.get(f"{release.period}/{told.get('since_edition')}/{release.audience}")
    if earlier is not None and _pairs(listed) != _changed(_verdicts(earlier), now):
        yield release.problem("its revisions of verdicts are not what changed since. Release the edition again.")
    if PAGE in release.files and release.is_ours:
        page = plain(read_markup(release.files[PAGE].decode("utf-8", "replace")).text)
        if not all(plain(_sentence(release, each)) in page for each in listed):
            yield release.problem(f"{PAGE} leaves out a verdict that changed. Release the edition again.")


def _key(change: Change) -> tuple[str, str]:
    return str(change["part"]), str(change["finding_id"])


def _verdicts(release: Release) -> dict[tuple[str, str], str]:
    found = {}
    for part in PARTS:
        listed = release.manifest.get(part)
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("group", TOTAL) != TOTAL:
                verdict = _FLAG if each.get("is_under_served") else str(each.get("state", ""))
                found[part, str(each.get("finding_id"))] = verdict
    return found


def _changed(
    before: Mapping[tuple[str, str], str], now: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Give what both editions tell of and tell differently; a list that one of them lacks has no changes."""
    parts = {part for part, _ in before} & {part for part, _ in now}
    names = [name for name in {**before, **now} if name[0] in parts]
    return {
        name: (before.get(name, ""), now.get(name, "")) for name in names if before.get(name, "") != now.get(name, "")
    }


def _pairs(listed: Sequence[Change]) -> dict[tuple[str, str], tuple[str, str]]:
    return {_key(each): (str(each["old"]), str(each["new"])) for each in listed}


def _sentence(release: Release, change: Change) -> str:
    """Put together what the page says of a change; it begins with the name of the group or the area."""
    words = read_toml(reference_file("wording.toml"), DisclosureError)
    own, labels = words["revisions"], (release.manifest.get("labels") or {}).get(change["dimension"], {})
    name = words["areas"]["pool"] if change["group"] == _POOL else labels.get(change["group"], change["group"])
    known = {**words["comparisons"]["verdicts"], **own["verdicts"]}
    states = {"now": str(change["new"] or "not_told"), "before": str(change["old"] or "not_told")}
    told = {place: known.get(state, state.replace("_", " ")) for place, state in states.items()}
    subject = own["subjects"][change["part"]].format(**release.manifest["words"])
    text = str(own["verdict_item"].format(name=name, subject=subject, **told))
    return text[:1].upper() + text[1:]
