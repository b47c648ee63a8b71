"""The groups a brief looks at: those every brief has, their parts, and those a network adds.

Answers "who belongs to a group". A group is made of conditions on the codes of a client; `core.kind_groups` applies
them. Packaged groups stand in `codelists/groups_of_interest.csv` and `codelists/group_parts.csv`, a network's own under
`[groups]` in `caseload.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.codelists import CodeList, codelist
from pipelines.declarations import Section, suggestion

_CODE = re.compile(r"^[A-Z][A-Z0-9_]{0,30}$")
MEMBER, OPEN = "Y", "_U"
# What a network may make a group of: the codes that tables of clients are cut by.
CODE_LISTS = {
    "nationality_code": "nationalities",
    "nationality_class_code": "nationality_classes",
    "gender_code": "genders",
    "age_group_code": "age_groups",
}
# The field of a case record that decides each code of a client.
FIELDS = {
    "nationality_code": "nationality",
    "nationality_class_code": "nationality",
    "is_dual_national_code": "nationality",
    "dual_class_code": "nationality",
    "gender_code": "gender",
    "age_group_code": "age",
    "is_aged_55_plus_code": "age",
    "is_family_member_code": "client_role",
    "family_evidence_code": "client_role",
}
# Codes that may or may not mean a listed one: several nationalities, or an adult of unknown age.
SEVERAL = "DUAL"
ADULT, CHILD = "Y_GE18", "Y_LT18"
# The age from which a client is in the column whose name says so.
OLDER, OLDER_COLUMN = 55, "is_aged_55_plus_code"


@dataclass(frozen=True)
class Group:
    """One group of clients.

    `part_of` names the group of interest that this one is a part of; it is empty for a group of interest.
    `conditions` maps a dimension to the codes of which one has to hold; all dimensions have to.
    """

    code: str
    label: str
    definition: str
    part_of: str
    conditions: Mapping[str, tuple[str, ...]]

    @property
    def is_lower_bound(self) -> bool:
        """Tell whether the recorded share is a lower bound: what makes a member is often not recorded."""
        return "is_dual_national_code" in self.conditions

    @property
    def fields(self) -> tuple[str, ...]:
        """Give the fields of a case record that the conditions are about."""
        return tuple(dict.fromkeys(FIELDS[dimension] for dimension in self.conditions))

    @property
    def column(self) -> str:
        """Give the column of the client profiles that tells members: that of the condition where there is one alone."""
        (dimension, codes), *others = self.conditions.items()
        is_plain = not others and codes == (MEMBER,)
        return dimension if is_plain else f"is_{self.code.lower()}_code"

    def rows(self) -> Iterator[dict[str, str]]:
        """Give the rows of `reference.group_conditions`: codes that make a member, and codes that leave it open."""
        for dimension, codes in self.conditions.items():
            told = dict.fromkeys(codes, MEMBER) | dict.fromkeys(_open_codes(dimension, codes), OPEN)
            for code, membership in told.items():
                yield {
                    "group_code": self.code,
                    "part_of": self.part_of,
                    "dimension": dimension,
                    "code": code,
                    "membership_code": membership,
                }


@cache
def packaged_groups() -> tuple[Group, ...]:
    """Give the groups of interest that every brief has, in the order of their list."""
    return tuple(_listed(codelist("groups_of_interest")))


@cache
def group_parts() -> tuple[Group, ...]:
    """Give the parts of groups that are looked at apart: dual nationals by class, family members by evidence."""
    return tuple(_listed(codelist("group_parts")))


def read_groups(top: Section) -> dict[str, Group]:
    """Take a network's own groups from its settings.

    Args:
        top: the whole file; problems are noted there.
    Returns:
        One group per table `[groups.CODE]`, in the order of the file.
    """
    table = top.section("groups")
    return {code: _own(table.section(code), code) for code in list(table.values)}


def _own(section: Section, code: str) -> Group:
    known = {group.code: group for group in packaged_groups()}
    taken = {*known, *(group.code for group in group_parts())}
    if not _CODE.fullmatch(code):
        section.problem(f"{section.place}: a code must be capital letters, digits and underscores.")
    if code in taken:
        section.problem(f"{section.place}: every brief has a group of this code already. Choose another.")
    label, definition = section.text("label"), section.text("definition")
    conditions: dict[str, tuple[str, ...]] = {}
    for name in section.texts("within"):
        if name in known:
            conditions |= known[name].conditions
        else:
            section.problem(f'{section.place}.within: there is no group "{name}".{suggestion(name, known)}')
    conditions |= _where(section.section("where"))
    if not conditions:
        section.problem(f"{section.place}: say who belongs to it, under where or within.")
        conditions = {"gender_code": ()}
    section.close()
    return Group(code, label, definition, "", conditions)


def _where(section: Section) -> dict[str, tuple[str, ...]]:
    found = {}
    for dimension in list(section.values):
        codes = section.texts(dimension)
        if dimension not in CODE_LISTS:
            section.problem(f"{section.place}.{dimension} is no dimension.{suggestion(dimension, CODE_LISTS)}")
            continue
        known = codelist(CODE_LISTS[dimension]).codes
        for code in (code for code in codes if code not in known):
            section.problem(f'{section.place}.{dimension}: there is no code "{code}".{suggestion(code, known)}')
        found[dimension] = codes
    return found


def _open_codes(dimension: str, codes: Iterable[str]) -> tuple[str, ...]:
    if dimension in {"nationality_code", "nationality_class_code"} and SEVERAL not in codes:
        return (SEVERAL,)
    if dimension == "age_group_code" and ADULT not in codes and set(codes) != {CHILD}:
        return (ADULT,)
    return ()


def _listed(listed: CodeList) -> Iterator[Group]:
    for row in listed.rows:
        dimension, _, code = row["condition"].partition("=")
        yield Group(row["code"], row["label"], row.get("definition", ""), row.get("part_of", ""), {dimension: (code,)})
