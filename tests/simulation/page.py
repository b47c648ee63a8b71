"""The page of the study: one table for each question, in plain words."""

from __future__ import annotations

import math
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from simulation.coverage import change_results, exact_coverages, pair_coverages
from simulation.measures import LEFT_OUT, Estimate, Result, pooled
from simulation.texts import (
    ALARMS,
    CHANGE,
    COVERAGE,
    IMPERFECT,
    INTRODUCTION,
    LIMITS,
    OVERLAY_WORDS,
    SIZES,
    STATES,
    STRENGTH_WORDS,
    SUMMARY,
    WHOLE,
    WORST,
)
from simulation.wording import percent, sample, table, with_error
from simulation.workspaces import Whole
from simulation.worlds import World

CENSUS = math.inf
RULES = ("product", "below benchmark", "below 0.8", "p < .05")
BANDS = ("5–10", "10–20", "20–40", "40–80", "80–160", "more")
USUAL_SAMPLE = 20_000.0
SAMPLES = (5_000.0, USUAL_SAMPLE, CENSUS)


@dataclass(frozen=True)
class Study:
    """Everything that was measured."""

    runs: int
    plain: list[Result]
    overlaid: list[Result]
    whole: Whole | None = None

    @property
    def charted_worlds(self) -> set[World]:
        """Give the worlds that tables and chart pool by size of group: half as often, a benchmark of usual size."""
        return {each.world for each in self.like("half", "zipf") if each.world.n_eff == USUAL_SAMPLE}

    def like(self, truth: str, shares: str) -> list[Result]:
        """Give the results of one truth and one kind of shares, without overlay."""
        return [each for each in self.plain if (each.world.truth, each.world.shares) == (truth, shares)]


def page(study: Study) -> str:
    """Write the page."""
    parts = [
        INTRODUCTION.format(runs=study.runs, worlds=len(study.plain) + len(study.overlaid), machine=_machine()),
        SUMMARY.format(**_summary(study)),
        ALARMS,
        _alarm_table(study),
        WORST,
        _worst_table(study),
        SIZES,
        _strength_table(study),
        _size_table(study),
        COVERAGE,
        _ratio_coverage_table(study),
        _coverage_table(),
        STATES,
        _state_table(study),
        IMPERFECT,
        _overlay_table(study),
        CHANGE,
        _change_table(),
        *([_whole_text(study.whole), _whole_table(study.whole)] if study.whole else []),
        LIMITS,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
    processors = f"{os.cpu_count()} processors ({platform.machine()})"
    return f"{processors}, {platform.system()}, Python {platform.python_version()}, {packages}"


def _summary(study: Study) -> dict[str, str]:
    """Give the figures of the opening lines, so that they cannot differ from the tables."""
    worst = max((each.rules["product"].fdr for each in study.plain), key=lambda fdr: fdr.mean)
    plain = [each for each in study.plain if each.world.truth == "half" and each.world.shares == "zipf"]
    usual = [each.rules["below benchmark"].fdr.mean for each in plain]
    coverage = [each.coverage.mean for each in study.plain]
    power = {each.world.clients: each.rules["product"].power.mean for each in plain if each.world.n_eff == USUAL_SAMPLE}
    return {
        "worst": with_error(worst),
        "usual_low": percent(min(usual)),
        "usual_high": percent(max(usual)),
        "covered": percent(sum(coverage) / len(coverage)),
        "households": _most_false(study, "households"),
        "old": _most_false(study, "old benchmark"),
        "late": _most_false(study, "late centre of a group"),
        **{f"power_{clients}": percent(value) for clients, value in power.items()},
    }


def _most_false(study: Study, overlay: str) -> str:
    """Say how many briefs carry a false flag where no group is under-served, at each size of caseload."""
    results = [each for each in study.overlaid if (each.world.overlay, each.world.truth) == (overlay, "none")]
    return " and ".join(percent(value) for value in sorted(each.rules["product"].any_false.mean for each in results))


def _alarm_table(study: Study) -> str:
    head = (
        "clients | benchmark sample | **product: false, of its flags** | **power** | below benchmark: false | power"
        " | below 0.8: false | power | p < .05: false | power"
    )
    rows = []
    for each in study.like("half", "zipf"):
        product, *others = (each.rules[name] for name in RULES)
        cells = [with_error(product.fdr), with_error(product.power)]
        cells += [percent(part) for rule in others for part in (rule.fdr.mean, rule.power.mean)]
        rows.append([f"{each.world.clients:,}", sample(each.world.n_eff), *cells])
    return table(head, rows)


def _worst_table(study: Study) -> str:
    head = (
        "truth | **product: false, of its flags** | **any false flag** | below benchmark: false | below 0.8: false"
        " | p < .05: false"
    )
    rows = []
    for truth, words in STRENGTH_WORDS.items():
        results = [each for each in study.plain if each.world.truth == truth]
        fdrs = [max((each.rules[name].fdr for each in results), key=_mean) for name in RULES]
        any_false = max((each.rules["product"].any_false for each in results), key=_mean)
        rows.append([words, with_error(fdrs[0]), with_error(any_false), *(percent(fdr.mean) for fdr in fdrs[1:])])
    return table(head, rows)


def _mean(estimate: Estimate) -> float:
    return estimate.mean


def _strength_table(study: Study) -> str:
    rows = []
    for truth in ("quarter", "half", "seven tenths"):
        results = [each for each in study.like(truth, "zipf") if each.world.n_eff == USUAL_SAMPLE]
        power = pooled(each.rules["product"].power_by_size for each in results)
        rows.append([STRENGTH_WORDS[truth], *map(percent, power)])
    return table("product's rule: power when 6 of 30 come | " + " | ".join(BANDS), rows)


def _size_table(study: Study) -> str:
    results = [each for each in study.plain if each.world in study.charted_worlds]
    rows = []
    for name in RULES:
        power = pooled(each.rules[name].power_by_size for each in results)
        alarms = pooled(each.rules[name].alarms_by_size for each in results)
        rows += [[name, "power", *map(percent, power)], [name, "false alarm", *map(percent, alarms)]]
    return table("rule | measure | " + " | ".join(BANDS), rows)


def _ratio_coverage_table(study: Study) -> str:
    head = "clients | " + " | ".join(f"benchmark: {sample(n)}" for n in SAMPLES)
    clients = sorted({each.world.clients for each in study.plain})
    return table(head, [[f"{n:,}", *(_pooled_coverage(study, n, n_eff) for n_eff in SAMPLES)] for n in clients])


def _pooled_coverage(study: Study, clients: int, n_eff: float) -> str:
    results = [each for each in study.plain if (each.world.clients, each.world.n_eff) == (clients, n_eff)]
    mean = sum(each.coverage.mean for each in results) / len(results)
    return f"{percent(mean)} (lowest group {percent(min(each.covered_least for each in results))})"


def _coverage_table() -> str:
    rows = [[each.name, each.where, percent(each.mean), percent(each.least)] for each in exact_coverages()]
    rows += [
        [each.name, f"{each.where}; simulated", percent(each.mean), percent(each.least)] for each in pair_coverages()
    ]
    return table("interval | of | mean coverage | lowest", rows)


def _state_table(study: Study) -> str:
    rows = []
    for truth in ("none", "half", "mild .85"):
        for each in study.like(truth, "zipf"):
            if each.world.n_eff == USUAL_SAMPLE:
                shares = [percent(each.right), with_error(each.wrong), percent(each.too_few)]
                rows.append([STRENGTH_WORDS[truth], f"{each.world.clients:,}", *shares])
    return table("truth | clients | claims what is true | claims what is not | too few to say", rows)


def _overlay_table(study: Study) -> str:
    head = (
        "what is wrong | truth | clients | **false, of flags** | **any false flag** | power"
        " | cannot tell | intervals hold the truth | below benchmark: false | unknown left out: any false flag"
    )
    rows = []
    for each in study.overlaid:
        rule, left_out = each.rules["product"], each.rules.get(LEFT_OUT)
        rows.append(
            [
                OVERLAY_WORDS[each.world.overlay],
                STRENGTH_WORDS[each.world.truth],
                f"{each.world.clients:,}",
                with_error(rule.fdr),
                with_error(rule.any_false),
                percent(rule.power.mean),
                percent(each.cannot_tell),
                percent(each.coverage.mean),
                percent(each.rules["below benchmark"].fdr.mean),
                with_error(left_out.any_false) if left_out else "–",
            ]
        )
    return table(head, rows)


def _change_table() -> str:
    head = (
        "mean count of a quarter | earlier quarters | **false alarm** | **sees a halving** | chart limits: false alarm"
        " | chart limits: sees a halving"
    )
    rows = [
        [f"{each.mean:.0f}", str(each.earlier), *map(percent, (each.false_alarm, each.power)),
         *map(percent, (each.chart_false_alarm, each.chart_power))]
        for each in change_results()
    ]  # fmt: skip
    return table(head, rows)


def _whole_text(whole: Whole) -> str:
    return WHOLE.format(whole=whole, aged=percent(whole.aged_share), family=percent(whole.family_share))


def _whole_table(whole: Whole) -> str:
    rows = [
        ("people aged 55 and over are `clearly_lower`, of those shown", with_error(whole.clearly_lower)),
        ("the same, as the study at the level of counts says", percent(whole.predicted)),
        ("people aged 55 and over are flagged", with_error(whole.flagged)),
        ("figures of people aged 55 and over that are hidden", f"{whole.withheld}"),
        ("flags on a group that is not under-served, in all workspaces together", f"{whole.false_flags}"),
        ("limits for people aged 55 and over hold the true ratio", with_error(whole.aged_held)),
        ("limits for family members hold the true ratio", with_error(whole.family_held)),
    ]
    return table("what | found", rows)
