"""What the same reader knows of what is recorded, source by source, in the network's figures."""

from __future__ import annotations

from typing import Any

# What is recorded of each field: clients without it are those whose code is not known.
RECORDED = {
    "nationality": "nationality_class_code",
    "gender": "gender_code",
    "age": "age_group_code",
    "advice_type": "advice_family_code",
}
AGED = "group AGED_55_PLUS"
LARGE = 10**6


def is_seldom(known: Any, place: frozenset[tuple[str, str]]) -> bool:
    """Know that clients without a code are hidden, whoever they are, where 0 are shown of the centre's sources."""
    named = {name for name, code in place if code == "_U"}
    fields = {name for name, column in (RECORDED | {"client_role": "group FAMILY_MEMBER"}).items() if column in named}
    vague = known.index.get((known.centre, "clients", frozenset({("age_group_code", "Y_GE18")})))
    if AGED in named and vague is not None and known.upper[vague] == 0:
        fields.add("age")
    own = [source for source, centre in known.public.centre_of.items() if centre == known.centre]
    for name in fields:
        pairs = [frozenset({("source_id", source), (f"recorded {name}", code)}) for source in own for code in "NZ"]
        shown = [known.index.get(("", "clients", pair)) for pair in pairs]
        if shown and all(at is not None and known.upper[at] <= known.public.reach for at in shown):
            return True
    return False


def know_recorded(known: Any, whose: str) -> None:
    """Whoever has a known code is recorded; the centre's are those of its sources, which the network shows."""
    for name, dimension in RECORDED.items():
        for code in "YNZ":
            sources = [
                at for (of, _, place), at in list(known.index.items())
                if not of and (f"recorded {name}", code) in place and _is_own(known, place)
            ]  # fmt: skip
            own = ("", "clients", frozenset({(f"recorded {name}", code)}))
            if whose and sources and known.public.centre_of:
                known._row([known._add((whose, *own[1:]), 0, LARGE)], sources)
        told = [known.index.get((whose, "clients", frozenset({(f"recorded {name}", code)}))) for code in "YNZ"]
        codes = {
            next(iter(place))[1]: at for (of, unit, place), at in known.index.items()
            if of == whose and unit == "clients" and {column for column, _ in place} == {dimension}
        }  # fmt: skip
        if None in told or not codes:
            continue
        everybody = known._add((whose, "clients", frozenset()), 0, LARGE)
        known._row(told, [everybody])
        known._row(told[1:], [codes["_U"]])


def _is_own(known: Any, place: frozenset[tuple[str, str]]) -> bool:
    return len(place) == 2 and any(known.public.centre_of.get(code) == known.centre for _, code in place)
