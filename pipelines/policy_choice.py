"""Which country's scores of policy a network is shown, and where it puts its advice types otherwise.

Answers "whose rules are these". A network says so under `[policy]` in `caseload.toml`; the packaged mapping of advice
types to policy areas is `reference/policy/advice_types.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.codelists import codelist, read_codelist
from pipelines.declarations import Section, suggestion
from pipelines.resources import reference_file

# What a network writes for an advice type that belongs to no policy area.
NONE = "none"


@dataclass(frozen=True)
class PolicyChoice:
    """A country, and the policy area of those advice types that the network puts somewhere itself; empty for none."""

    country_code: str
    areas: Mapping[str, str]


def policy_areas() -> dict[str, str]:
    """Map the code of each policy area to its name, in the order of the index."""
    return read_codelist(reference_file("policy", "areas.csv")).labels


def read_policy_choice(top: Section, own_types: Mapping[str, str]) -> PolicyChoice:
    """Take `[policy]` from the settings; problems are noted there.

    Args:
        top: the whole file.
        own_types: the network's own advice types, by code.
    """
    section = top.section("policy")
    country, areas = section.text("country", ""), section.mapping("areas")
    section.close()
    countries, known = codelist("nationalities").labels, (*policy_areas(), NONE)
    if country not in countries:
        section.problem(f'{section.place}.country: "{country}" is no code of a country, such as GB.')
    types = (*codelist("advice_types").codes, *own_types)
    for code, area in areas.items():
        if code not in types:
            section.problem(f'{section.place}.areas: there is no advice type "{code}".{suggestion(code, types)}')
        if area not in known:
            section.problem(f'{section.place}.areas: there is no policy area "{area}".{suggestion(area, known)}')
    return PolicyChoice(country, {code: "" if area == NONE else area for code, area in areas.items()})
