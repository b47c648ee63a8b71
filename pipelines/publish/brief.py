"""The brief model: all that a brief says, before anybody decides how it looks.

Answers: whose brief is this, about which period, with which tables. Every renderer starts here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.faced import Faced
from pipelines.disclosure.protected import AreaRate, Finding, ProtectedTable, Rule, TurnedAway, Waiting
from pipelines.periods import Period, Quarter
from pipelines.publish.languages import ENGLISH, Language
from pipelines.publish.messages import CODE_LISTS, Message, Timed, code_label
from pipelines.publish.places import CentrePlace
from pipelines.publish.policy import Policy
from pipelines.publish.revised import Revisions
from pipelines.publish.self_answers import SelfAnswer


@dataclass(frozen=True)
class Words:
    """The network's own words for what it counts, each in one and in several."""

    client: str = "client"
    clients: str = "clients"
    case: str = "case"
    cases: str = "cases"
    centre: str = "law centre"
    centres: str = "law centres"
    project: str = "project"
    projects: str = "projects"
    advice_type: str = "advice type"
    advice_types: str = "advice types"


@dataclass(frozen=True)
class Edition:
    """Which release this is: one period, one number, one audience.

    `centre_name` is the name of the centre whose own brief this is; empty for everybody else's.
    """

    network_name: str
    title: str
    about: str
    period: Period
    number: int
    audience: str
    published_on: date
    is_provisional: bool
    product_version: str
    centre_name: str = ""


@dataclass(frozen=True)
class Commentary:
    """What somebody outside said about a finding, a table or a section: their words, given as they are.

    `about` is a finding's id, a group's code, a table's id or a section's id. A comment on something that a brief does
    not have stands in its first section; `subject` then names what it is about. `is_earlier` tells that the speaker
    read the finding in other words than those it has now.
    """

    about: str
    said_by: str
    said_on: date | None
    paragraphs: tuple[str, ...]
    subject: str = ""
    is_earlier: bool = False


@dataclass(frozen=True)
class DatedEvent:
    """Something a person wrote down that may explain a change; `is_step` tells that figures begin anew with it."""

    on: date
    label: str
    reason: str
    is_step: bool = False


@dataclass(frozen=True)
class Usual:
    """What law centres usually record of one field, worked out from the network's published figures.

    `n` of `base` clients have the field recorded, at `n_centres` centres with `n_sources` sources that collect it;
    `variance` is that of the centres' shares beyond chance. `own_n` of `own_base` are the same of the own centre
    with its `own_sources`, all of which collect the field where `is_collected` says so.
    """

    field: str
    n: int
    base: int
    n_centres: int
    n_sources: int
    variance: float
    own_n: int
    own_base: int
    own_sources: int
    is_collected: bool = True


@dataclass(frozen=True, eq=False)
class Brief:
    """One brief for one audience.

    `labels` maps each dimension to its codes' labels, in code-list order. `notes` are sentences about data quality
    and counting, without figures. `benchmarks` describe the populations that findings compare with. `not_collected`
    maps a field to the names of the sources that do not collect it. `too_fine` names the tables that a brief does not
    have because too few clients stand behind them. `revisions` is None in a first edition. `network_rule` says how the
    network's figures beside a centre's own were rounded; None in every other brief. `usual` tells what centres usually
    record, and `self_answers` what the centre says of itself, both in a centre's own brief alone. `policy` holds the
    scores that advice types are set beside; None leaves the section out. `language` is what the brief is written in,
    `other_languages` those that it is published in beside English. `waiting` says how long clients waited for an
    outcome, `openings` for a case to be opened. `area_rates` are rates by area, or a row that says why there are none.
    `faced` says which barriers clients face.
    `centre_places` are the areas that law centres stand in, where the network stated them.
    `enquiries` says how often enquiries were turned away; `enquiry_sources` names the sources that record them.
    """

    edition: Edition
    words: Words
    tables: Mapping[str, ProtectedTable]
    findings: tuple[Finding, ...]
    labels: Mapping[str, Mapping[str, str]]
    rule: Rule
    notes: tuple[str, ...] = ()
    not_collected: Mapping[str, tuple[str, ...]] | None = None
    benchmarks: tuple[Mapping[str, str], ...] = ()
    too_fine: tuple[str, ...] = ()
    comments: tuple[Commentary, ...] = ()
    events: tuple[DatedEvent, ...] = ()
    revisions: Revisions | None = None
    network_rule: Rule | None = None
    usual: tuple[Usual, ...] = ()
    self_answers: tuple[SelfAnswer, ...] = ()
    policy: Policy | None = None
    language: Language = ENGLISH
    other_languages: tuple[Language, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    openings: tuple[Waiting, ...] = ()
    area_rates: tuple[AreaRate, ...] = ()
    faced: tuple[Faced, ...] = ()
    centre_places: tuple[CentrePlace, ...] = ()
    enquiries: tuple[TurnedAway, ...] = ()
    enquiry_sources: tuple[str, ...] = ()

    def label(self, dimension: str, code: str) -> str:
        """Say one code in words.

        Args:
            dimension: a dimension column, such as `gender_code`.
            code: one of its codes, or `_T`, `_U`.
        Returns:
            The code list's label; a quarter is said as `Jul to Sep 2026`; a code without a label stands for itself.
        """
        found = self.labels.get(dimension, {}).get(code)
        if code in {TOTAL, NOT_KNOWN}:
            return Message(found or {TOTAL: "All", NOT_KNOWN: "Not known"}[code], f"labels.{code}")
        if found is not None:
            return code_label(found, dimension, code) if dimension in CODE_LISTS else found
        return quarter_label(code) if dimension == "quarter" else code


def quarter_label(code: str) -> str:
    """Say a quarter shortly.

    >>> quarter_label("2026-Q3")
    'Jul to Sep 2026'
    """
    quarter = Quarter.parse(code)
    return Timed(f"{quarter.first_day:%b} to {quarter.last_day:%b %Y}", quarter)


def day_label(day: date) -> str:
    """Say a date in words.

    >>> day_label(date(2026, 8, 3))
    '3 August 2026'
    """
    return Timed(f"{day.day} {day:%B %Y}", day)
