"""Which groups are compared with which benchmark, and with which published figures.

Answers "what is there to compare". Which comparisons are made is settled by settings and benchmarks alone; the figures
come from protected tables and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.analysis.benchmarks import Benchmark
from pipelines.analysis.comparability import GROUP, Match, Target, find_match
from pipelines.analysis.recorded import Figures
from pipelines.analysis.representation import Comparison
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.disclosure.protected import Finding, ProtectedTable
from pipelines.disclosure.published_figures import clients_of, group_figures, row_figures
from pipelines.disclosure.statements import Subject
from pipelines.groups import ADULT, CHILD, OLDER, OLDER_COLUMN, SEVERAL, Group
from pipelines.periods import Period
from pipelines.served import Served

# Tables whose rows are compared one by one, where a benchmark has their dimension; and the field each is about.
ROW_TABLES = {
    "by_nationality": ("nationality_code", "nationality"),
    "by_nationality_class": ("nationality_class_code", "nationality"),
    "by_gender": ("gender_code", "gender"),
    "by_age_group": ("age_group_code", "age"),
}
GROUPS_TABLE = "by_group_of_interest"
AGE_GROUP = "age_group_code"


@dataclass(frozen=True)
class Grounds:
    """What findings rest on besides the figures.

    `sources_without` maps a field to the ids of the sources that do not collect it; `sources` are all of them.
    """

    benchmarks: tuple[Benchmark, ...]
    served: Served
    period: Period
    groups: tuple[Group, ...]
    labels: Mapping[str, Mapping[str, str]]
    clients: str
    sources: tuple[str, ...]
    sources_without: Mapping[str, Collection[str]]

    def match(self, target: Target) -> Match:
        """Find the benchmark of a group."""
        return find_match(target, self.benchmarks, self.served, self.period)

    def described(self, findings: Iterable[Finding]) -> tuple[Mapping[str, str], ...]:
        """Describe the benchmarks that some findings name."""
        used = {finding.benchmark_id for finding in findings}
        return tuple(each.described() for each in self.benchmarks if each.benchmark_id in used)

    def target(self, dimension: str, code: str) -> Target:
        """Name one row of a table as something to compare."""
        return Target(dimension, code, ages_of(code) if dimension == AGE_GROUP and code != NOT_KNOWN else None)

    def is_collected(self, fields: Sequence[str]) -> bool:
        """Tell whether some source collects every one of these fields."""
        return all(not set(self.sources) <= set(self.sources_without.get(field, ())) for field in fields)


@dataclass(frozen=True)
class Case:
    """One group on its way to a finding: whom it is about, its benchmark, its published figures."""

    target: Target
    subject: Subject
    match: Match
    figures: Figures | None
    is_collected: bool = True
    is_lower_bound: bool = False

    @property
    def comparison(self) -> Comparison | None:
        """Give the comparison, if figures and benchmark allow one."""
        if self.figures is None or self.match.share is None or not self.is_collected:
            return None
        return Comparison(**vars(self.figures), share=self.match.share, is_lower_bound=self.is_lower_bound)


def group_cases(tables: Mapping[str, ProtectedTable], grounds: Grounds) -> Iterator[Case]:
    """Give every group of interest that the tables show, in the order of the settings."""
    if GROUPS_TABLE not in tables:
        return
    shown = dict.fromkeys(cell.codes[0] for cell in tables[GROUPS_TABLE].cells(unit="clients"))
    for group in (group for group in grounds.groups if group.code in shown):
        target = Target(GROUP, group.code, (OLDER, None) if group.column == OLDER_COLUMN else None)
        out = grounds.sources_without.get(group.fields[0], ()) if _leaves_nobody_known(group) else ()
        yield Case(
            target,
            Subject(GROUP, group.label, grounds.clients),
            grounds.match(target),
            group_figures(tables, group.code, sources_out=out),
            grounds.is_collected(group.fields),
            group.is_lower_bound,
        )


def _leaves_nobody_known(group: Group) -> bool:
    """Tell whether a source without the field can know nobody of the group; advice types show family too."""
    return len(group.conditions) == 1 and group.fields[0] != "client_role"


def row_cases(tables: Mapping[str, ProtectedTable], grounds: Grounds) -> Iterator[Case]:
    """Give every row of a table that a benchmark may be compared with, in code-list order."""
    shown = ((name, about) for name, about in ROW_TABLES.items() if name in tables)
    for table_id, (dimension, field) in shown:
        left_out = clients_of(tables, grounds.sources_without.get(field, ()))
        for code in (code for code in grounds.labels[dimension] if code not in {TOTAL, NOT_KNOWN, ADULT}):
            target = grounds.target(dimension, code)
            match = grounds.match(target)
            # Only bands that begin and end where the benchmark's do are compared one by one.
            if match.share is not None and (match.share.is_exact or target.ages is None):
                figures = row_figures(tables[table_id], code, open_codes=_open_codes(target, match), left_out=left_out)
                subject = Subject(dimension, grounds.labels[dimension][code], grounds.clients)
                yield Case(target, subject, match, figures, grounds.is_collected([field]), code == SEVERAL)


def _open_codes(target: Target, match: Match) -> tuple[str, ...]:
    """Give the rows whose clients may belong as well: not known, several nationalities, adults of unknown age."""
    if match.counts_duals_elsewhere and target.code != SEVERAL:
        return (NOT_KNOWN, SEVERAL)
    if target.ages is not None and target.code != CHILD:
        return (NOT_KNOWN, ADULT)
    return (NOT_KNOWN,)


def ages_of(code: str) -> tuple[int, int | None]:
    """Give the ends of an age group in completed years, both included."""
    groups = codelist("age_groups")
    high = groups.column("age_high")[code]
    return int(groups.column("age_low")[code]), int(high) if high else None
