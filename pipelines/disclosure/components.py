"""Groups of codes that hang together.

Answers "which codes of two columns hold exactly the same clients", from the pairs that occur.
"""

from __future__ import annotations

from collections.abc import Sequence


def components(pairs: Sequence[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Split pairs of codes that occur together into groups that share no code: the connected parts of their graph."""
    groups: list[tuple[set[str], set[str]]] = []
    for left in dict.fromkeys(left for left, _ in pairs):
        own = ({left}, {right for code, right in pairs if code == left})
        touching = [group for group in groups if not own[1].isdisjoint(group[1])]
        for group in touching:
            own[0].update(group[0])
            own[1].update(group[1])
        groups = [group for group in groups if group not in touching] + [own]
    return [(sorted(left), sorted(right)) for left, right in groups]
