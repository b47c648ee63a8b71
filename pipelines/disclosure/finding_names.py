"""The names of findings: what each is called in the manifest, and which there can be for a network.

Answers "which finding is meant by this name" before any figure is known, so that a comment on one can be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.analysis.comparability import GROUP
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.comparison_cases import ROW_TABLES
from pipelines.disclosure.statements import wording
from pipelines.groups import Group

MEASURE = "share_of_clients"
# Dimensions of which a brief says so when nothing of them can be compared.
TOLD_WITHOUT_BENCHMARK = ("nationality_code", "gender_code", "age_group_code")


def finding_name(dimension: str, code: str) -> str:
    """Name the finding about one code; that about a whole dimension has the code of the total.

    >>> finding_name("gender_code", "F")
    'gender_code.f.share_of_clients'
    """
    if code == TOTAL:
        return f"{dimension}.{MEASURE}"
    return f"{code.lower() if dimension == GROUP else f'{dimension}.{code.lower()}'}.{MEASURE}"


def possible_findings(
    groups: Iterable[Group], labels: Mapping[str, Mapping[str, str]], *, clients: str
) -> dict[str, str]:  # fmt: skip
    """Give every finding that a brief of this network can have, and whom each is about in words.

    Args:
        groups: the groups of interest.
        labels: the labels of each dimension's codes.
        clients: the network's word for clients.
    """
    found = {finding_name(GROUP, group.code): group.label for group in groups}
    for dimension, _ in ROW_TABLES.values():
        told = {code: label for code, label in labels[dimension].items() if code not in {TOTAL, NOT_KNOWN}}
        found |= {finding_name(dimension, code): label for code, label in told.items()}
    for dimension in TOLD_WITHOUT_BENCHMARK:
        found[finding_name(dimension, TOTAL)] = wording()["dimensions"][dimension].format(clients=clients)
    return found
