"""What is worked out of the measures of the bench: stages in groups, ratios turn by turn, targets that are reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from measuring import Measure, median, slope
from network import Network
from scale import FIRST, FLOOR, LATER, Seen

# The stages of a run in the words of the page. One that is not named here has a line of its own under its own name.
GROUPS = {
    "read and store": ("receive",),
    "read words into codes": ("harmonise",),
    "build": ("build",),
    "validate": ("check_records", "check_cases"),
    "statistics": ("analyse", "statistics"),
    "disclosure": ("protect", "audit"),
    "briefs": ("render", "release"),
}
# From the file to every count of every mart: what the scripts of the other tools do, and more.
TO_COUNTS = ("receive", "harmonise", "build")
TO_CODES = ("receive", "harmonise")
REFRESH = (*TO_COUNTS, "check_records", "check_cases")
# Everyday cases, and the seconds that nobody minds to wait for their briefs.
SMALL, AT_MOST = 10_000, 10


@dataclass(frozen=True)
class Figures:
    """All measures, asked by size and way."""

    seen: Sequence[Seen]

    @property
    def sizes(self) -> list[int]:
        """Give the sizes of which at least one run is whole."""
        return sorted({each.rows for each in self.seen if each.way == FIRST})

    def of(self, rows: int, way: str) -> dict[int, Measure]:
        """Give the measures of one way by turn."""
        return {each.turn: each.measure for each in self.seen if (each.rows, each.way) == (rows, way)}

    def walls(self, rows: int, way: str) -> list[float]:
        """Give the wall seconds of a way; of the floor those of the query alone."""
        return [wall_of(way, run) for run in self.of(rows, way).values()]

    def ratios(
        self, rows: int, way: str, cost: Callable[[Measure], float] = lambda run: run.wall, *, floor: str = "count"
    ) -> list[float]:
        """Give, turn by turn, how many times the floor a way cost; both ran in the same minutes.

        Args:
            rows: the size.
            way: which way.
            cost: what is asked of a run.
            floor: what it is divided by: `count`, the wall seconds of the query, or `processors`.
        """
        floors = self.of(rows, FLOOR)
        return [
            cost(run) / floors[turn].printed["seconds"][floor]
            for turn, run in self.of(rows, way).items()
            if turn in floors
        ]

    def beside(self, rows: int, way: str) -> list[tuple[Measure, Measure]]:
        """Give, turn by turn, the first run and another way of the same minutes."""
        others = self.of(rows, way)
        return [(run, others[turn]) for turn, run in self.of(rows, FIRST).items() if turn in others]

    def slope(self, way: str) -> float:
        """Give the slope of a way's middle times over all sizes, on log axes."""
        return slope(self.sizes, [median(self.walls(rows, way)) for rows in self.sizes])

    def steepest(self, way: str) -> float:
        """Give the steepest slope between two sizes that follow each other."""
        sizes = self.sizes
        times = [median(self.walls(rows, way)) for rows in sizes]
        return max(slope(sizes[at : at + 2], times[at : at + 2]) for at in range(len(sizes) - 1))


def wall_of(way: str, run: Measure) -> float:
    """Give the wall seconds of a run; the floor is the query alone, without starting Python."""
    return float(run.printed["seconds"]["count"]) if way == FLOOR else run.wall


def seconds(run: Measure, stages: Sequence[str]) -> float:
    """Add up the wall seconds of stages, as the command times itself."""
    return sum(float(run.printed["timings"].get(stage, 0.0)) for stage in stages)


def processors(run: Measure, stages: Sequence[str]) -> float:
    """Add up the processor seconds of stages, as seen from outside."""
    return sum(run.stages[stage][0] for stage in stages if stage in run.stages)


def memory(run: Measure, stages: Sequence[str]) -> float:
    """Give the most memory of all processes in some stages, in MB."""
    return max((run.stages[stage][1] for stage in stages if stage in run.stages), default=0.0)


def groups(run: Measure) -> dict[str, tuple[str, ...]]:
    """Give the groups of stages that a run has, those that no group names included."""
    timed = run.printed["timings"]
    known = {stage for stages in GROUPS.values() for stage in stages}
    return {**GROUPS, **{stage: (stage,) for stage in timed if stage not in known}}


@dataclass(frozen=True)
class Target:
    """One target: what it is about, the values of all turns, the limit, and how it is written."""

    text: str
    values: list[float]
    limit: float
    digits: int = 1
    is_least: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the middle value reaches the target."""
        middle = median(self.values)
        return "reached" if (middle >= self.limit if self.is_least else middle <= self.limit) else "**not reached**"


def targets(figures: Figures, network: Network | None) -> list[Target]:
    """Give every target of which there are measures; those about size speak of the largest."""
    if not figures.sizes:
        return []
    rows = figures.sizes[-1]
    found = [*_of_speed(figures, rows), *_of_memory(figures, rows), *_of_stages(figures, rows)]
    if SMALL in figures.sizes:
        text = f"{SMALL:,} cases of one file to released briefs, imports included: seconds"
        found.append(Target(text, figures.walls(SMALL, FIRST), AT_MOST))
    if network:
        text = f"{network.cases:,} cases of a network to released briefs, imports included: seconds"
        found.append(Target(text, [run.wall for run in network.first], AT_MOST))
    if figures.sizes[1:]:
        text = "slope of a whole run on log axes, steepest between two sizes (1 is in proportion to the rows)"
        found.append(Target(text, [figures.steepest(FIRST)], 1, 2))
    return [target for target in found if target.values]


def _of_speed(figures: Figures, rows: int) -> Iterator[Target]:
    times = figures.ratios(rows, FIRST, lambda run: seconds(run, TO_COUNTS))
    yield Target(f"{rows:,} rows, from the file to the breakdowns: times the floor", times, 4)
    both = figures.beside(rows, "pandas")
    text = f"{rows:,} rows: pandas' wall seconds for each second of"
    counts = [other.wall / seconds(run, TO_COUNTS) for run, other in both]
    yield Target(f"{text} the same work here", counts, 3, is_least=True)
    yield Target(
        f"{text} a whole run, briefs included", [other.wall / run.wall for run, other in both], 3, is_least=True
    )


def _of_memory(figures: Figures, rows: int) -> Iterator[Target]:
    shares = [run.all_mb / pandas.all_mb for run, pandas in figures.beside(rows, "pandas")]
    yield Target(f"{rows:,} rows: most memory, as a share of pandas'", shares, 1 / 3, 2)
    held = [run.all_mb / 1024 for run in figures.of(rows, FIRST).values()]
    yield Target(f"{rows:,} rows: most memory of all processes, GB", held, 4)


def _of_stages(figures: Figures, rows: int) -> Iterator[Target]:
    shares = [seconds(run, GROUPS["validate"]) / seconds(run, TO_CODES) for run in figures.of(rows, FIRST).values()]
    yield Target(f"{rows:,} rows: validating, as a share of reading, storing and finding codes", shares, 0.5, 2)
    shares = [later.wall / first.wall for first, later in figures.beside(rows, LATER)]
    yield Target(f"{rows:,} rows: a run after a file of 1 % more, as a share of the first", shares, 0.1, 2)
