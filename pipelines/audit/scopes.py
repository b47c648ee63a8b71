"""Who can open which released folder, and which folders are therefore attacked together.

Answers "what does the reader of this release also have".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pipelines.audit.reading import NETWORK, PUBLIC, Release, split_key


def can_open(reader: str, audience: str) -> bool:
    """Everybody reads what is public, law centres what is for the network, and only one of them its own folder."""
    return audience in {reader, PUBLIC} or (audience == NETWORK and reader != PUBLIC)


def scopes(read: Mapping[str, Release], wanted: Collection[str]) -> Iterator[tuple[list[Release], list[Release]]]:
    """Give what readers can open together, with the releases to judge; audiences shown the same figures are one."""
    found: dict[frozenset[object], tuple[dict[str, Release], list[Release]]] = {}
    for audience in sorted({split_key(key)[2] for key in wanted}):
        opened = {key: each for key, each in read.items() if can_open(audience, each.audience)}
        scope, judged = found.setdefault(frozenset(each.figures for each in opened.values()), ({}, []))
        scope.update(opened)
        judged += [read[key] for key in wanted if read[key].audience == audience]
    yield from ((list(scope.values()), judged) for scope, judged in found.values())
