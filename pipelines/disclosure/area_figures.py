"""Published counts of clients by area beside the people of each area: what a rate is made of.

Answers "how many of how many people, and how far may each be from the truth", or why nothing can be told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pipelines.analysis.area_benchmarks import Population, populations, together
from pipelines.analysis.benchmarks import Benchmark
from pipelines.analysis.change_rules import rules
from pipelines.analysis.recorded import Figures
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.comparison_cases import Grounds
from pipelines.disclosure.protected import Cell, ProtectedTable, Rule
from pipelines.disclosure.published_figures import UNIT, clients_of, reach_of, row_figures

TABLE, FIELD = "by_residence_area", "residence_area"
# Why there are no rates although there is a benchmark: other areas than those of clients, or too few clients.
AREAS, FEW = "areas", "few"


@dataclass(frozen=True, eq=False)
class AreaFigures:
    """The published counts of a table beside the population of each area."""

    tables: Mapping[str, ProtectedTable]
    grounds: Grounds
    benchmark: Benchmark

    @cached_property
    def people(self) -> Mapping[str, Population]:
        """Give the people of each area of the benchmark."""
        return populations(self.benchmark)

    @property
    def table(self) -> ProtectedTable:
        """Give the table of areas."""
        return self.tables[TABLE]

    @property
    def rule(self) -> Rule:
        """Give the rule of its figures."""
        return self.table.rule

    @cached_property
    def rows(self) -> Mapping[str, Cell]:
        """Give the cells of the table by area."""
        return {cell.codes[0]: cell for cell in self.table.cells(unit=UNIT)}

    @property
    def outside(self) -> tuple[Cell, ...]:
        """Give the areas of clients that the benchmark does not have."""
        return tuple(cell for code, cell in self.rows.items() if code not in {TOTAL, NOT_KNOWN, *self.people})

    @property
    def sources_without(self) -> Mapping[str, str]:
        """Name the sources of the tables that do not record where clients live, by their ids."""
        shown = (
            [cell.codes[0] for cell in self.tables["by_source"].cells(unit=UNIT)] if "by_source" in self.tables else []
        )
        without, labels = self.grounds.sources_without.get(FIELD, ()), self.grounds.labels["source_id"]
        return {code: labels.get(code, code) for code in shown if code in without}

    @property
    def whole(self) -> Population:
        """Give the people of all areas."""
        return together(self.people.values())

    @property
    def known(self) -> int:
        """Give the clients of all areas of the benchmark, as published; 0 where a figure of them is hidden."""
        named = [self.rows.get(TOTAL), self.rows.get(NOT_KNOWN), *self.outside]
        total, *others = [0 if cell is None else cell.n for cell in named]
        shown = [n for n in others if n is not None]
        return max(total - sum(shown), 0) if total and len(shown) == len(others) else 0

    @property
    def refused(self) -> str:
        """Say why no rate is told although there is a benchmark; empty where nothing is in the way."""
        n_outside = sum(cell.n or 0 for cell in self.outside)
        if self.known < max(self.rule.threshold, 1):
            return AREAS if n_outside > self.known else FEW
        return AREAS if self.known < rules().fewest_matched_share * (self.known + n_outside) else ""

    def figures(self, codes: Collection[str]) -> Figures | None:
        """Give the figures of one area or of several together; None where one of them is not published."""
        left_out = clients_of(self.tables, self.grounds.sources_without.get(FIELD, ()))
        found = [row_figures(self.table, code, open_codes=(NOT_KNOWN,), left_out=left_out) for code in codes]
        shown = [each for each in found if each is not None]
        if len(shown) < len(found):
            return None
        reach = reach_of(self.rule)
        return replace(
            shown[0],
            members=sum(each.members for each in shown),
            reach_members=sum(each.reach_members for each in shown),
            base=shown[0].base - sum(cell.n or 0 for cell in self.outside),
            reach_base=shown[0].reach_base + len(self.outside) * reach,
        )
