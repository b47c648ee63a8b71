"""What is planted, read from `reference/synthetic/`: the population, the network and the formats.

Answers "which codes are there, and how often". Codes are worked with as positions in the tuples given here.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from typing import Any

import numpy as np

from pipelines.resources import reference_file
from pipelines.synthetic.draws import Floats

ROLES = ("MAIN", "FAMILY")
OPEN_OUTCOME = "ONGOING"


@cache
def declared(name: str) -> dict[str, Any]:
    """Give one of the data files of `reference/synthetic/`, such as `declared("population")`."""
    return tomllib.loads(reference_file("synthetic", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def profile_text(name: str) -> str:
    """Give the text of a format's profile."""
    return reference_file("synthetic", "profiles", f"{name}.toml").read_text(encoding="utf-8")


@cache
def profile(name: str) -> dict[str, Any]:
    """Give a format's profile, which holds the words that its files use."""
    return tomllib.loads(profile_text(name))


@cache
def nationalities() -> dict[str, dict[str, str]]:
    """Give every nationality that can occur: code to class, demonym and country."""
    with reference_file("synthetic", "nationalities.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def nationality_positions() -> dict[str, int]:
    """Give the position of each nationality code."""
    return {code: position for position, code in enumerate(nationalities())}


@cache
def codes(field: str) -> tuple[str, ...]:
    """Give the codes of a field, in the order their positions count."""
    population = declared("population")
    if field == "advice_type":
        return tuple(dict.fromkeys(code for role in ROLES for code in population["advice_types"][role]))
    if field == "nationality":
        return tuple(nationalities())
    if field == "client_role":
        return ROLES
    if field == "residence_area":
        return tuple(
            dict.fromkeys(area for centre in declared("network")["centres"].values() for area in centre["areas"])
        )
    if field == "outcome":
        return (*dict.fromkeys(code for family in population["outcomes"].values() for code in family), OPEN_OUTCOME)
    return tuple(population[field])


def weights(field: str) -> Floats:
    """Give the weights of a field's codes in the population file."""
    return np.array(list(declared("population")[field].values()), dtype=np.float64)


@cache
def client_age_shares() -> tuple[float, ...]:
    """Give the share of clients in each age band of the population file, with the planted ratio for 55 and over."""
    bands, ratio = declared("population")["age"], declared("population")["planted"]["aged_55_plus"]
    older = sum(band["share"] for band in bands if band["low"] >= 55)
    younger_ratio = (1 - ratio * older) / (1 - older)
    return tuple(band["share"] * (ratio if band["low"] >= 55 else younger_ratio) for band in bands)


@cache
def client_family_share() -> float:
    """Give the share of clients who are family members, with the planted ratio."""
    population = declared("population")
    return float(population["population"]["family_member"] * population["planted"]["family_member"])
