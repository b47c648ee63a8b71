"""What a finding says in words, built from its own figures.

Answers "how is this told". Every sentence comes from `reference/findings.toml`, every number in it from the finding; a
wording with a digit of its own is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.analysis.benchmarks import Benchmark
from pipelines.analysis.comparability import GROUP
from pipelines.analysis.representation import MISSING, Assessment, Comparison
from pipelines.codelists import inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.figures import COUNT, PERCENT, RATIO, SHARE, shown
from pipelines.resources import reference_file
from pipelines.statistics.states import CANNOT_TELL, TOO_FEW_TO_SAY

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Subject:
    """Whom a finding is about, in words: the label of a code in its dimension, and the network's word for a client."""

    dimension: str
    label: str
    clients: str

    @property
    def people(self) -> str:
        """Name the people in the middle of a sentence."""
        inside = inside_sentence(self.label)
        label = inside if self.dimension == GROUP else self.label
        return str(wording()["people"][self.dimension]).format(label=label, inside=inside, clients=self.clients)


@cache
def wording() -> dict[str, Any]:
    """Read the wording of findings.

    Raises:
        SettingsError: a sentence holds a digit, which would be a figure that nobody published.
    """
    return read_sentences("findings.toml")


def read_sentences(file: str, sections: Collection[str] | None = None) -> dict[str, Any]:
    """Read a packaged file of sentences.

    Args:
        file: its name.
        sections: those that hold sentences; all unless given.
    Raises:
        SettingsError: a sentence holds a digit, which would be a figure that nobody published.
    """
    told = read_toml(reference_file(file), SettingsError)
    for section in told if sections is None else sections:
        for name, text in told[section].items():
            if _DIGIT.search(text):
                raise SettingsError(f"{file}, {section}.{name}: a sentence may not hold a digit of its own.")
    return told


def assessed_headline(subject: Subject, benchmark: Benchmark, comparison: Comparison, found: Assessment) -> str:
    """Tell a comparison in short: both shares, the ratio with its limits, the verdict and the flag."""
    slots = _slots(subject, benchmark, comparison, found)
    limits = [] if found.state == CANNOT_TELL else _limits(slots, comparison, found)[:1]
    return _joined([_compared(slots, comparison), *limits, _verdict(subject, slots, found), *_flag(found)])


def assessed_statement(subject: Subject, benchmark: Benchmark, comparison: Comparison, found: Assessment) -> str:
    """Tell what a comparison shows: shares, ratio, limits, verdict, what is open, and the benchmark's caveat."""
    slots = _slots(subject, benchmark, comparison, found)
    limits = [] if found.state == CANNOT_TELL else _limits(slots, comparison, found)
    told = [_compared(slots, comparison), *limits, _verdict(subject, slots, found), *_flag(found)]
    return _joined([*told, *_what_would_turn_it(slots, comparison, found), benchmark.caveat])


def _what_would_turn_it(slots: Mapping[str, str], comparison: Comparison, found: Assessment) -> list[str]:
    """Tell which numbers of clients would say something else, unless they are smaller than rounding lets a text be."""
    least = comparison.fewer_than
    told = []
    if found.state == TOO_FEW_TO_SAY and found.must_be_below is not None and found.must_be_below >= least:
        told.append("must_be_below_as_shown" if least else "must_be_below")
    if found.decided_by == (MISSING,) and found.tipping is not None and found.tipping >= least:
        told.append("tipping")
    return [wording()["flag"][name].format(**slots) for name in told]


def plain_statement(state: str) -> str:
    """Tell a state that has no figures: withheld or not collected."""
    return str(wording()["states"][state])


def reason_statement(subject: Subject, reasons: tuple[str, ...], title: str) -> str:
    """Tell why a group cannot be compared with any benchmark."""
    return _capital(_cannot_tell(subject, reasons, {"title": title, "clients": subject.clients}))


def dimension_statement(dimension: str, clients: str, reasons: tuple[str, ...], title: str) -> str:
    """Tell why nothing of a dimension can be compared with any benchmark."""
    people = wording()["dimensions"][dimension].format(clients=clients)
    slots = {"title": title, "clients": clients}
    return _capital(
        wording()["cannot_tell"]["opening_dimension"].format(people=people, reason=_reasons(reasons, slots))
    )


def _cannot_tell(subject: Subject, reasons: tuple[str, ...], slots: Mapping[str, str]) -> str:
    opening: str = wording()["cannot_tell"]["opening"]
    return opening.format(people=subject.people, reason=_reasons(reasons, slots))


def _reasons(reasons: tuple[str, ...], slots: Mapping[str, str]) -> str:
    told = [wording()["reasons"][name].format(**slots) for name in reasons]
    # The benchmark's name is told once.
    told = told[:1] + [text.replace(f" ({slots['title']})", "") for text in told[1:]]
    return told[0] if len(told) == 1 else f"{'; '.join(told[:-1])}; and {told[-1]}"


def _compared(slots: Mapping[str, str], comparison: Comparison) -> str:
    if not slots["observed"]:
        return ""
    name = "exact" if comparison.share.is_exact else "range"
    return str(wording()["few" if _is_few(comparison) else "compared"][name].format(**slots))


def _is_few(comparison: Comparison) -> bool:
    """Tell whether the count is rounded and so small that a text names neither it nor a share of it."""
    return comparison.members + comparison.reach_members < comparison.fewer_than


def _limits(slots: Mapping[str, str], comparison: Comparison, found: Assessment) -> list[str]:
    name = "limits" if found.ratio is None or _is_few(comparison) else "ratio"
    sentences = wording()["compared"][name], wording()["allowance"][_allowance(comparison)]
    return [text.format(**slots) for text in sentences]


def _allowance(comparison: Comparison) -> str:
    """Name what the limits allow for; with rounded figures some may be not known where none is shown to be."""
    if not comparison.reach_missing:
        return "chance_and_missing" if comparison.missing else "chance"
    if not comparison.missing:
        return "chance_and_rounding"
    return "all" if comparison.missing + comparison.reach_missing >= comparison.fewer_than else "all_with_few"


def _slots(subject: Subject, benchmark: Benchmark, comparison: Comparison, found: Assessment) -> dict[str, str]:
    share = comparison.share
    return {
        "people": subject.people,
        "clients": subject.clients,
        "title": benchmark.title,
        "observed": "" if found.observed is None else shown(found.observed, SHARE),
        "benchmark": shown((share.low + share.high) / 2, SHARE),
        "benchmark_low": shown(share.low, PERCENT),
        "benchmark_high": shown(share.high, PERCENT),
        "ratio": "" if found.ratio is None else shown(found.ratio, RATIO),
        "low": shown(found.ratio_low, RATIO),
        "high": shown(found.ratio_high, RATIO),
        "not_known": shown(comparison.missing, COUNT),
        "few": shown(comparison.fewer_than, COUNT),
        "tipping": "" if found.tipping is None else shown(found.tipping, COUNT),
        "below": "" if found.must_be_below is None else shown(found.must_be_below, COUNT),
    }


def _verdict(subject: Subject, slots: Mapping[str, str], found: Assessment) -> str:
    if found.state == CANNOT_TELL:
        return _cannot_tell(subject, found.decided_by, slots)
    return str(wording()["states"][found.state].format(**slots))


def _flag(found: Assessment) -> list[str]:
    return [wording()["flag"]["under_served"]] if found.is_flagged else []


def _joined(told: list[str]) -> str:
    return " ".join(_capital(text) for text in told if text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
