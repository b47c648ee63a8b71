"""Attack what several methods publish of the same invented cases, the product's beside others', and time them.

`PYTHONPATH=. python tests/bench/disclosure_bench.py --write docs/bench-disclosure.md`; `--quick` takes a sample. Other
packages are installed into an environment of their own under `build/`, which needs a package registry.
"""

from __future__ import annotations

import argparse
import statistics as middle
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import disclosure_methods as methods
import disclosure_sets as sets
import disclosure_time as over_time
from disclosure_attacker import attack
from disclosure_page import Row, page, slashes
from disclosure_peers import published_by_peers

from pipelines.disclosure.system import LinkedSystem

ROOT = Path(__file__).resolve().parents[2]
OURS = {"hiding": "**ours, hiding**", "rounding": "**ours, rounding**", "alone": "ours, hiding, table by table"}
METHODS: dict[str, Callable[[LinkedSystem], methods.Published]] = {
    "hide 1 to 4, nothing else": methods.naive_hiding,
    OURS["hiding"]: methods.strict_hiding,
    "round each cell to nearest 5": methods.nearest,
    "round each cell at random, base 3": methods.random_rounding,
    OURS["rounding"]: methods.controlled_rounding,
}


def main() -> None:
    """Measure and print, or write, one page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one draw, no three briefs, one year")
    parser.add_argument("--environment", type=Path, default=ROOT / "build" / "bench-peers")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    began = perf_counter()
    seeds = (1,) if options.quick else (1, 2, 3)
    rows = [
        row for name, draw in _sets(options.quick).items() for row in compared(name, [draw(seed) for seed in seeds])
    ]
    rows.insert(2, one_by_one(seeds))
    others, notes = with_peers(seeds, options.environment, rows)
    rows[len(METHODS) + 1 : len(METHODS) + 1] = others
    rows += [*across_time(options.quick), *beside_network(seeds)]
    notes += [*late_cases(seeds), *distance(seeds), *growth(8 if options.quick else 24)]
    text = page(rows, notes, perf_counter() - began)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    print(text)


def _sets(is_quick: bool) -> dict[str, Callable[[int], LinkedSystem]]:
    def brief(n_cases: int) -> Callable[[int], LinkedSystem]:
        return lambda seed: sets.contract(sets.draw_records(seed, n_cases))

    everything: dict[str, Callable[[int], LinkedSystem]] = {
        "flat": lambda seed: sets.flat(sets.draw_records(seed, 5_000)),
        "hierarchical": lambda seed: sets.hierarchical(sets.draw_records(seed, 5_000)),
        "brief, 5,000 cases": brief(5_000),
        "brief, 1,250 cases": brief(1_250),
        "brief, 300 cases": brief(300),
    }
    return {name: draw for name, draw in everything.items() if not is_quick or name in {"flat", "brief, 1,250 cases"}}


def compared(name: str, systems: Sequence[LinkedSystem]) -> list[Row]:
    """Attack every method on the draws of one set."""
    size = f"{name}, {len(systems[0].counts):,} cells"
    rows = []
    for method, publish in METHODS.items():
        rows.append(_row(size, method, [publish(system) for system in systems], systems))
    return rows


def _row(
    size: str, method: str, published: Sequence[methods.Published], systems: Sequence[LinkedSystem], note: str = ""
) -> Row:
    scores = [attack(system, own.reading) for system, own in zip(systems, published, strict=True)]
    wrong = [methods.errors(own, system) for system, own in zip(systems, published, strict=True)]
    is_changed = any(largest for _, largest, _ in wrong)
    errors = (
        (middle.mean(mean for mean, _, _ in wrong), max(largest for _, largest, _ in wrong)) if is_changed else None
    )
    seconds = middle.median(own.seconds for own in published)
    if method == OURS["hiding"]:
        note = "; ".join(own.note for own in published)
    different = [number for _, _, number in wrong]
    said = f"totals that differ between tables: {slashes(different)}" if any(different) else ""
    return Row(size, method, scores, errors, seconds, note="; ".join(part for part in (note, said) if part))


def one_by_one(seeds: Sequence[int]) -> Row:
    """Hide in each table of the flat set alone, which is what other packages do."""
    systems = [sets.flat(sets.draw_records(seed, 5_000)) for seed in seeds]
    published = [methods.table_by_table(system) for system in systems]
    return _row(f"flat, {len(systems[0].counts):,} cells", OURS["alone"], published, systems)


def with_peers(seeds: Sequence[int], environment: Path, ours: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """Let other packages protect the flat set, and attack what they publish."""
    codes = (sets.NATIONALITIES, sets.GENDERS, sets.AGES, sets.ADVICE)
    draws = [sets.draw_records(seed, 5_000) for seed in seeds]
    named = [[[own[place] for own, place in zip(codes, row, strict=False)] for row in draw.tolist()] for draw in draws]
    try:
        answers = [published_by_peers(records, environment) for records in named]
    except (OSError, subprocess.SubprocessError) as problem:
        return [], [f"Other packages were not run: {problem}"]
    systems = [sets.flat(draw) for draw in draws]
    rows, notes = [], []
    for method, first in answers[0].items():
        if "refused" in first:
            notes.append(f'{method} ({first["version"]}) did not run on these tables: "{first["refused"]}".')
            continue
        published = [methods.of_peer(answer[method], system) for answer, system in zip(answers, systems, strict=True)]
        row = _row(ours[0].tables, method, published, systems, first["version"])
        own = next(line for line in ours if line.method == OURS["rounding" if _rounds(method) else "alone"])
        rows.append(replace(row, times_ours=row.seconds / own.seconds))
    return rows, notes


def _rounds(method: str) -> bool:
    return any(word in method for word in ("round", "Round", "10-5"))


def across_time(is_quick: bool) -> Iterator[Row]:
    """Publish quarters and the year so far one after the other, frozen, and attack each year's editions together."""
    n_quarters = 4 if is_quick else 8
    if not is_quick:
        system = over_time.three_briefs(1, sets.flat)
        pattern = methods.search(system, seconds=120.0)
        published = methods.hiding_of(
            system, pattern.hidden, pattern.seconds, f"costs {pattern.loss:.0f}, at least {pattern.bound:.0f}"
        )
        name = f"two quarters and their sum, together, {len(system.counts):,} cells"
        yield Row(
            name, OURS["hiding"], [attack(system, published.reading)], None, published.seconds, note=published.note
        )
    for method, step in ((OURS["hiding"], over_time.Year.hide), (OURS["rounding"], over_time.Year.round)):
        years = over_time.publish_quarters(n_quarters, 1_250, sets.contract, step)
        seconds = [second for year in years for second in year.seconds]
        name = f"{n_quarters} quarters and the year so far, each frozen, {len(years[0].system.counts):,} cells a year"
        note = f"seconds by quarter {slashes(f'{second:.2f}' for second in seconds)}"
        if method == OURS["rounding"]:
            note += f"; figures that left their two nearest multiples: {slashes(year.n_widened for year in years)}"
        yield Row(name, method, [year.attacked() for year in years], None, middle.median(seconds), note=note)


def beside_network(seeds: Sequence[int]) -> Iterator[Row]:
    """Let a reader have a centre's folder and the network's, and let a centre take its own cases away."""
    pairs = [over_time.centre_beside_network(seed, 5_000, 1_250) for seed in seeds]
    names = ("a centre of 1,250 cases read beside the rounded 5,000", "what the centre proves about the other centres")
    for name, scores in zip(names, zip(*pairs, strict=True), strict=True):
        yield Row(name, "**ours, both**", scores, None, 0.0)


def late_cases(seeds: Sequence[int]) -> Iterator[str]:
    """Publish once more with five late cases."""
    for method in ("hide 1 to 4, nothing else", OURS["hiding"], OURS["rounding"]):
        found = [over_time.proved_late_cases(seed, 5, METHODS[method]) for seed in seeds]
        told = ", ".join(f"{proved} of {tested}" for proved, tested in found)
        yield f"Published again with five late cases, {method}: late clients whose whole profile is proved: {told}."


def distance(seeds: Sequence[int]) -> Iterator[str]:
    """Compare the error of our rounding with the least that is possible."""
    for name, make in (("flat", sets.flat), ("hierarchical", sets.hierarchical)):
        systems = [make(sets.draw_records(seed, 5_000)) for seed in seeds]
        own = [methods.errors(methods.controlled_rounding(system), system)[0] for system in systems]
        least = [over_time.least_distance(system) for system in systems]
        ratio = slashes(f"{mine / best:.3f}" for mine, best in zip(own, least, strict=True))
        mean = slashes(f"{mine:.2f}" for mine in own)
        yield f"Rounding, {name}: mean error {mean}, {ratio} times the least that any rounding can have."


def growth(n_quarters: int) -> Iterator[str]:
    """Show that a long series takes no longer per quarter: a year's editions are all that hang together."""
    years = over_time.publish_quarters(n_quarters, 5_000, sets.flat, over_time.Year.round)
    told = "; ".join(slashes(f"{second:.2f}" for second in year.seconds) for year in years)
    cells = sum(len(year.values) for year in years)
    yield (
        f"Rounding {n_quarters} quarters of the flat set and the year so far, every earlier edition frozen: seconds by "
        f"quarter, years apart: {told}. Figures that could not keep to their two nearest multiples, and so are further "
        f"from the truth than the rule says: {slashes(year.n_widened for year in years)}, of {cells:,}."
    )


if __name__ == "__main__":
    main()
