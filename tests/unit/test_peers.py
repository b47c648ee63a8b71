"""A law centre beside what is usual between centres: words from published figures, no rank, and the audit of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from builders import make_edition, make_facts
from rounded import CENTRE, ROUNDED, centre_brief, rounded_brief, table

from pipelines.audit.reading import read_release
from pipelines.audit.usual import usual_problems
from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.brief import Brief, Usual
from pipelines.publish.compare import compare_html
from pipelines.publish.pagewords import page_words
from pipelines.publish.release import render
from pipelines.publish.usual import recording_verdicts, usual_recording

FIELDS = list(page_words("compare")["recording"]["fields"])
# For each source: clients with the field recorded, without it, and of whom the source does not collect it.
CALM = {
    "a": (900, 100, 0), "b": (455, 45, 0), "c": (625, 75, 0), "d": (715, 85, 0), "e": (270, 30, 0),
    "f": (905, 95, 0), "g": (450, 50, 0), "h": (630, 70, 0), "i": (720, 80, 0), "j": (265, 35, 0),
}  # fmt: skip
CENTRE_OF = {name: f"centre-of-{name}" for name in CALM} | {"own": "kirkby", "own-2": "kirkby"}


def recorded(sources: dict[str, tuple[int, int, int]]) -> ProtectedTable:
    """Make the network's table of what each source records; every field has the same figures."""
    rows = {}
    everybody = [sum(each) for each in zip(*sources.values(), strict=True)]
    for field in FIELDS:
        for source, counts in {"_T": everybody, **sources}.items():
            rows[field, source, "_T"] = sum(counts)
            rows |= {(field, source, code): n for code, n in zip("YNZ", counts, strict=True)}
    return table("by_source_recorded", ("field_code", "source_id", "recorded_code"), rows, rule=ROUNDED)


def usual(own: tuple[int, int, int], others: dict[str, tuple[int, int, int]] | None = None) -> tuple[Usual, ...]:
    return usual_recording(recorded({**(others or CALM), "own": own}), CENTRE_OF, own="kirkby")


def brief(own: tuple[int, int, int], others: dict[str, tuple[int, int, int]] | None = None) -> Brief:
    return centre_brief(network_rule=ROUNDED, usual=usual(own, others))


def verdict(own: tuple[int, int, int], others: dict[str, tuple[int, int, int]] | None = None) -> str:
    (found,) = {each.verdict for each in recording_verdicts(brief(own, others))}
    return found


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ((450, 50, 0), "within"),
        ((430, 70, 0), "within"),
        ((350, 150, 0), "smaller"),
        ((990, 10, 0), "larger"),
        ((25, 5, 0), "too_few"),
        ((0, 0, 0), "cannot"),
        ((400, 50, 50), "not_collected"),
    ],
)
def test_what_a_centre_records_beside_what_is_usual(own: tuple[int, int, int], expected: str) -> None:
    assert verdict(own) == expected


def test_where_every_centre_differs_none_is_singled_out() -> None:
    varied = {name: (1000 - 30 * at, 30 * at, 0) for at, name in enumerate(CALM, 1)}
    assert verdict((350, 150, 0)) == "smaller"
    assert verdict((350, 150, 0), varied) == "within"


def test_few_centres_cannot_say_what_is_usual() -> None:
    few = {name: CALM[name] for name in "abc"}
    assert verdict((350, 150, 0), few) == "cannot"


def test_rounding_is_let_pass() -> None:
    """Counts that rounding alone could have moved so far say nothing."""
    even = dict.fromkeys(CALM, (950, 50, 0))
    found = usual((173, 22, 0), even)[0]
    exact = replace(ROUNDED, reach=0)
    assert recording_verdicts(centre_brief(network_rule=exact, usual=(found,)))[0].verdict == "smaller"
    assert recording_verdicts(centre_brief(network_rule=ROUNDED, usual=(found,)))[0].verdict == "within"


def test_a_source_without_a_centre_is_left_out_and_names_change_nothing() -> None:
    stray = usual_recording(recorded({**CALM, "own": (400, 100, 0), "any": (500, 500, 0)}), CENTRE_OF, own="kirkby")
    assert stray == usual((400, 100, 0))
    others = {f"z{name}": counts for name, counts in reversed(CALM.items())}
    renamed = {name: f"other-{name}" for name in others} | {"own": "renamed"}
    assert usual_recording(recorded({"own": (400, 100, 0), **others}), renamed, own="renamed") == stray


def test_renaming_a_centre_changes_nothing_on_its_page_but_its_name() -> None:
    page = compare_html(brief((350, 150, 0))) or ""
    edition = make_edition(audience="centre-kirkby", centre_name="Westgate Advice")
    other = compare_html(replace(brief((350, 150, 0)), edition=edition)) or ""
    assert other == page.replace(CENTRE, "Westgate Advice")


def test_the_page_says_it_in_a_line_a_field_and_ranks_and_names_nobody_else() -> None:
    page = compare_html(brief((350, 150, 0))) or ""
    section = page[page.index('<h2 id="recording"') :]
    lines = re.findall(r"<li>(.*?)</li>", section)
    assert len(lines) == len(FIELDS)
    assert "recorded for a smaller share of clients than the usual variation between law centres explains" in lines[0]
    assert "no published table cuts law centres by whom they help" in section
    assert re.findall(r"centre-of|\b(?:better|worse|best|worst|score)\b", section) == []


def test_no_other_brief_tells_what_is_usual() -> None:
    files = render(rounded_brief(), make_facts())
    assert "compare.html" not in files
    assert json.loads(files["manifest.json"]).keys().isdisjoint({"usual_recording", "self_assessment"})


# The audit


KEY = "2026-Q3/1/centre-kirkby"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return render(brief((350, 150, 0)), make_facts())


def problems(files: dict[str, bytes], **changes: bytes) -> str:
    release = read_release(KEY, files | {name.replace("_", "."): data for name, data in changes.items()})
    return "\n".join(usual_problems(release, {KEY: release}))


def test_a_page_as_it_was_made_passes(files: dict[str, bytes]) -> None:
    assert problems(files) == ""


def test_words_that_the_figures_do_not_give_are_found(files: dict[str, bytes]) -> None:
    page = files["compare.html"].replace(b"a smaller share of clients than the usual", b"a larger share than the usual")
    assert "says something else of recording" in problems(files, compare_html=page)


def test_figures_that_the_words_do_not_follow_are_found(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["usual_recording"][0]["variance"] = 0.5
    changed = json.dumps(manifest).encode()
    assert "says something else of recording" in problems(files, manifest_json=changed)


@pytest.mark.parametrize("damage", [{"field": "shoe size"}, {"n": None}, {"variance": "none"}])
def test_a_damaged_manifest_is_told_and_no_fault(files: dict[str, bytes], damage: dict[str, object]) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["usual_recording"][0] |= damage
    assert "manifest.json is damaged" in problems(files, manifest_json=json.dumps(manifest).encode())


def test_what_is_usual_is_worked_out_again_from_the_networks_figures() -> None:
    structure = {"parents": [{"child": "source_id", "parent": "centre_id", "of": CENTRE_OF}]}
    own = render(brief((350, 150, 0)), replace(make_facts(), structure=structure))

    def told(others: dict[str, tuple[int, int, int]]) -> str:
        beside = rounded_brief(tables={"by_source_recorded": recorded({**others, "own": (350, 150, 0)})})
        release = read_release(KEY, own)
        network = read_release("2026-Q3/1/network", render(beside, make_facts()))
        return "\n".join(usual_problems(release, {each.key: each for each in (release, network)}))

    assert told(CALM) == ""
    assert "does not follow from the network's figures" in told(CALM | {"a": (905, 95, 0)})
