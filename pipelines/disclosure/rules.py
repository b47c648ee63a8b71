"""The two disclosure rules, and who gets which.

Answers "how is this audience protected". One rounded world for everyone, exact figures only for a centre's own: the
network and the public see the same rounded value of a figure, a centre sees its own clients exactly, with hiding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from pipelines.disclosure.protected import Rule
from pipelines.errors import DisclosureError

ROUNDING, HIDING = "controlled_rounding", "hiding"
ROUNDED_AUDIENCES = ("network", "public")
CENTRE = "centre-"
# A network may raise these, never lower them.
LEAST_BASE, LEAST_SHARE_BASE, LEAST_HIDDEN_BELOW = 5, 10, 5


def rounding_rule(base: int, threshold: int) -> Rule:
    """Give the rule of the network and the public.

    Args:
        base: counts are published as multiples of it.
        threshold: the least published number that may be the base of a share.
    Raises:
        DisclosureError: one of them is below what is allowed.
    """
    if base < LEAST_BASE or threshold < max(LEAST_SHARE_BASE, 2 * base):
        raise DisclosureError(
            f"Rounding to multiples below {LEAST_BASE}, or shares of fewer than {LEAST_SHARE_BASE} or of twice the "
            "base, are not allowed, so nothing was released."
        )
    return Rule(
        ROUNDING,
        threshold,
        f"Counts are rounded to multiples of {base}, up or down by chance: 0 stands for 0 to {base - 1}, "
        f"{base} for 1 to {2 * base - 1}.",
        base,
        base - 1,
    )


def widened(rule: Rule) -> Rule:
    """Give the rule as it is told where some figures had to move one step further for everything to add up."""
    base = rule.base or 0
    statement = (
        f"Counts are rounded to multiples of {base}. Most are less than {base} away from the true count; a few had to "
        f"be moved further, by less than {2 * base}, so that figures published before still add up."
    )
    return replace(rule, statement=statement, reach=2 * base - 1)


def hiding_rule(threshold: int) -> Rule:
    """Give the rule of a centre's own brief, which hides counts from 1 to `threshold - 1` and what gives them away.

    Raises:
        DisclosureError: the threshold is below what is allowed.
    """
    if threshold < LEAST_HIDDEN_BELOW:
        raise DisclosureError(f"Hiding only counts below {threshold} is not allowed, so nothing was released.")
    return Rule(
        HIDING,
        threshold,
        f"Counts from 1 to {threshold - 1} are hidden, and so are larger ones that would give them away. Figures of "
        "the whole network are rounded.",
    )


def centre_of(audience: str) -> str | None:
    """Give the id of the centre whose own brief this is; None for every other audience."""
    return audience.removeprefix(CENTRE) if audience.startswith(CENTRE) else None


def require_audiences(audiences: Iterable[str], centres: Collection[str]) -> None:
    """Refuse audiences that no rule is made for.

    Raises:
        DisclosureError: one is neither the network, the public nor a centre of the network.
    """
    wanted = list(audiences)
    unknown = [name for name in wanted if name not in ROUNDED_AUDIENCES and centre_of(name) not in centres]
    if unknown or not wanted:
        raise DisclosureError(
            f"Briefs for {', '.join(unknown) or 'nobody'} cannot be protected, so nothing was released. There can be "
            f"briefs for: {', '.join([*ROUNDED_AUDIENCES, *(f'{CENTRE}{centre}' for centre in sorted(centres))])}."
        )
