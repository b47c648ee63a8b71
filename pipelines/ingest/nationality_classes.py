"""Which group a set of nationalities belongs to, and whether a state was in the EEA on a day.

Answers "EU 8, Irish, British, third country or dual" for the codes that `read_nationality` found. The class of each
state and the dates it joined and left are data, in `reference/codelists/nationalities.csv`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pipelines.codelists import codelist

EEA_OR_SWISS = frozenset({"EU14", "EU8", "EU2", "EU_OTHER", "IE", "EEA_EFTA", "CH"})
DUAL = "DUAL"


def nationality_class(codes: Collection[str], has_unknown_other: bool) -> tuple[str, str | None]:
    """Give the class of a set of nationalities and, for several, the class of the pair.

    One nationality has the class of its state. More than one, or one beside an unknown one, is `DUAL`. Where a person
    holds three, the first line that fits counts: EEA with UK before all, because a British citizen cannot be granted EU
    settled status whatever else they hold; Irish with UK apart, because of the Common Travel Area; then EEA with EEA,
    with a third country, with an unknown nationality. Swiss counts with the EEA here, because the scheme covers both.

    The classes are those of today and hold for any case opened from 1 July 2013, when Croatia joined. Whether a state
    *was* in the EEA on a day is asked of `is_eea_state`; the United Kingdom has its own class at every date.

    Args:
        codes: distinct codes of the list nationalities, in any order; at least one.
        has_unknown_other: a further nationality exists but is not known.
    Returns:
        The code of the list nationality_classes, and the code of dual_classes or nothing.
    Raises:
        ValueError: there is no code: a missing nationality has no class.
    Source: Home Office groups of states (EU Settlement Scheme statistics, user guide); Withdrawal Agreement, Art. 10.

    >>> nationality_class(("PL",), has_unknown_other=False)
    ('EU8', None)
    >>> nationality_class(("GB", "IE"), has_unknown_other=False)
    ('DUAL', 'IE_UK')
    """
    if not codes:
        raise ValueError("a missing nationality has no class")
    class_of = codelist("nationalities").column("nationality_class_code")
    classes = [class_of[code] for code in sorted(set(codes))]
    if len(classes) == 1 and not has_unknown_other:
        return classes[0], None
    return DUAL, _dual_class(classes, has_unknown_other)


def _dual_class(classes: list[str], has_unknown_other: bool) -> str:
    n_eea = sum(name in EEA_OR_SWISS for name in classes)
    n_irish, n_uk = classes.count("IE"), classes.count("UK")
    n_third = len(classes) - n_eea - n_uk
    lines = (
        ("EEA_UK", n_uk > 0 and n_eea > n_irish),
        ("IE_UK", n_uk > 0 and n_irish > 0),
        ("EEA_EEA", n_eea > 1),
        ("EEA_THIRD", n_eea > 0 and n_third > 0),
        ("EEA_UNKNOWN", n_eea > 0 and has_unknown_other),
        ("UK_THIRD", n_uk > 0 and n_third > 0),
        ("THIRD_THIRD", n_third > 1),
    )
    return next((name for name, fits in lines if fits), "OTHER_UNKNOWN")


def is_eea_state(code: str, *, on: date) -> bool:
    """Tell whether a state belonged to the European Economic Area on a day.

    Both ends are included. A member of the European Union counts from its accession, or from 1 January 1994 when the
    area began, if that is later; Austria, Finland and Sweden belonged to the area a year before they acceded. The
    United Kingdom counts up to 31 January 2020, the day it left; the transition period that followed kept the rights of
    movement but not the membership. Switzerland never belonged.

    Source: EEA Agreement (in force 1 January 1994; Liechtenstein 1 May 1995); Immigration (European Economic Area)
        Regulations 2006, regulation 2 (a state of the European Union counts from its accession); Treaties of Accession
        1994, 2003, 2005 and 2011; Withdrawal Agreement, Article 185.

    >>> is_eea_state("HR", on=date(2013, 6, 30)), is_eea_state("HR", on=date(2013, 7, 1))
    (False, True)
    """
    states = codelist("nationalities")
    begins, ends = states.column("eea_from")[code], states.column("eea_to")[code]
    return bool(begins) and date.fromisoformat(begins) <= on and (not ends or on <= date.fromisoformat(ends))
