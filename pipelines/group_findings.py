"""What a brief says of groups beside their share of clients: how they wait, what they face, who is turned away.

Answers "which comparisons of groups with all others stand in this brief". Each is worked out by one module of
`disclosure`, from protected tables alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.disclosure.barrier_counts import Words
from pipelines.disclosure.barriers import barrier_findings
from pipelines.disclosure.enquiries import enquiry_findings
from pipelines.disclosure.findings import Grounds
from pipelines.disclosure.opening import opening_findings
from pipelines.disclosure.waiting import waiting_findings
from pipelines.publish.brief import Brief

BARRIER_FIELD = "barrier"


def with_groups(brief: Brief, grounds: Grounds, words: Mapping[str, str]) -> Brief:
    """Add to a brief how each group of interest compares with all others.

    Args:
        brief: with its protected tables; a table that it lacks gives no comparison.
        grounds: labels of groups and barriers, and which sources do not collect a field.
        words: the network's words for clients and cases.
    """
    labels = grounds.labels["group_code"]
    without = grounds.sources_without[BARRIER_FIELD]
    return replace(
        brief,
        waiting=waiting_findings(brief.tables, labels, words["clients"]),
        openings=opening_findings(brief.tables, labels, words),
        faced=barrier_findings(brief.tables, Words(grounds.labels, words["clients"]), without=without),
        enquiries=enquiry_findings(brief.tables, labels),
    )
