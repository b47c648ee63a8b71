"""What is said of the rate of an area, built from its own figures.

Answers "how is this told". Every sentence comes from `reference/findings.toml`. None says that an area has no
provision: others may serve its people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.analysis.area_benchmarks import Population
from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import POOL, Rule
from pipelines.disclosure.statements import wording
from pipelines.figures import COUNT, PEOPLE, RATIO, shown
from pipelines.statistics.states import CLEARLY_LOWER


@dataclass(frozen=True)
class AreaWords:
    """Whom a rate is about, in words, and which counts are too small to be named."""

    code: str
    label: str
    clients: str
    rule: Rule

    @property
    def area(self) -> str:
        """Name the area in the middle of a sentence."""
        named = {TOTAL: "all", POOL: "small"}.get(self.code)
        return str(wording()["areas"][named]) if named else self.label

    def statement(self, people: Population, figures: Mapping[str, Any], state: str, *, is_clear: bool) -> str:
        """Tell the rate of an area with its limits, and what it shows beside all areas together."""
        slots = self._slots(people, figures)
        told = [wording()["areas"]["few" if figures["rate"] is None else "rate"].format(**slots)]
        if state in wording()["area_states"]:
            told.append(state_statement(state, self.clients))
        if state == CLEARLY_LOWER and not is_clear:
            told.append(wording()["areas"]["chance"])
        return " ".join(told)

    def left_out(self, sources: Iterable[str]) -> str:
        """Name the sources that do not record where clients live."""
        return str(wording()["areas"]["left_out"]).format(clients=self.clients, sources="; ".join(sources))

    def _slots(self, people: Population, figures: Mapping[str, Any]) -> dict[str, str]:
        return {
            "area": self.area,
            "clients": self.clients,
            "people": shown(people.value, PEOPLE),
            "few": shown(max(figures["n"] + figures["reach_n"] + 1, self.rule.most_told), COUNT),
            "rate": "" if figures["rate"] is None else shown(figures["rate"], RATIO),
            "low": shown(figures["rate_low"], RATIO),
            "high": shown(figures["rate_high"], RATIO),
        }


def state_statement(state: str, clients: str) -> str:
    """Tell a state by itself."""
    return str(wording()["area_states"][state]).format(clients=clients)


def no_rates_statement(reasons: Sequence[str], *, title: str, clients: str) -> str:
    """Tell in one sentence why no rate is told."""
    known = wording()["reasons"] | wording()["area_reasons"]
    told = [known[name].format(title=title, clients=clients) for name in reasons]
    # The benchmark's name is told once.
    told = told[:1] + [text.replace(f" ({title})", "") for text in told[1:]]
    reason = told[0] if len(told) == 1 else f"{'; '.join(told[:-1])}; and {told[-1]}"
    return str(wording()["areas"]["none"]).format(reason=reason, clients=clients)
