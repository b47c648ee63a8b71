"""What codes are called in a brief: the packaged code lists and the network's own names, in the order of display."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.codelists import NOT_KNOWN, TOTAL, codelist
from pipelines.settings import Settings


def dimension_labels(settings: Settings) -> dict[str, dict[str, str]]:
    """Give the label of every code of every dimension.

    Args:
        settings: names sources, centres, projects and the network's own advice types.
    Returns:
        Dimension to code to label, in display order: the total first, "not known" last. Quarters and areas are their
        own labels.
    """
    advice_types = codelist("advice_types").labels | dict(settings.advice_types)
    lists: dict[str, Mapping[str, str]] = {
        "source_id": {source_id: source.name for source_id, source in settings.sources.items()},
        "centre_id": settings.centres,
        "project_id": settings.projects,
        "nationality_code": codelist("nationalities").labels | {"DUAL": "More than one nationality"},
        "nationality_class_code": codelist("nationality_classes").labels,
        "gender_code": codelist("genders").labels,
        "age_group_code": codelist("age_groups").labels,
        "advice_type_code": advice_types,
        "advice_family_code": _families(advice_types),
        "group_code": {group.code: group.label for group in settings.groups},
        "membership_code": codelist("memberships").labels,
        "time_to_outcome_code": codelist("times_to_outcome").labels,
        "barrier_code": codelist("barriers").labels,
        "barrier_count_code": codelist("barrier_counts").labels,
        "time_to_opening_code": codelist("times_to_opening").labels,
        "opened_in_time_code": codelist("openings_in_time").labels,
        "stall_reason_code": codelist("stall_reasons").labels,
        "channel_code": codelist("channels").labels,
        "enquiry_response_code": codelist("enquiry_responses").labels,
        "turned_away_code": codelist("turned_away").labels,
    }
    found = {name: {TOTAL: "All", **labels, NOT_KNOWN: "Not known"} for name, labels in lists.items()}
    # What is recorded is always known, and of the fields there is no total. Pairs leave out those without one.
    found["barrier_pair_code"] = {TOTAL: "All", **codelist("barrier_pairs").labels}
    found["recorded_code"] = {TOTAL: "All", **codelist("recordings").labels}
    return found | {"field_code": codelist("recorded_fields").labels}


def _families(advice_types: Mapping[str, str]) -> dict[str, str]:
    """Give the types that are part of no other: those whose code has no other's code before its first underscore.

    `core.advice_families` says the same of the codes in the warehouse.
    """
    return {
        code: label
        for code, label in advice_types.items()
        if "_" not in code or code.split("_", 1)[0] not in advice_types
    }
