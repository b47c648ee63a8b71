"""What is wrong with the records of a file: typing damage, double rows, later corrections, unknown words.

Answers "which rows are spoilt, and how". No row is spoilt in two ways, so that the truth can be told by kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.synthetic.draws import Bools, Ints

KINDS = ("unknown_word", "closed_before_opened", "correction", "duplicate", "damage", "typo")


@dataclass(frozen=True, eq=False)
class Mess:
    """Rows by what is wrong with them; row numbers count the clean records of one file.

    `correction`: rows that arrive incomplete and come again, complete, in the next quarter's file.
    `typo`: rows whose nationality is mistyped if it is one that people mistype.
    """

    unknown_word: Ints
    closed_before_opened: Ints
    correction: Ints
    duplicate: Ints
    damage: Ints
    typo: Ints

    def is_readable(self, n: int) -> Bools:
        """Tell which of n records a perfect reader can accept."""
        readable = np.ones(n, dtype=bool)
        readable[self.unknown_word] = False
        readable[self.closed_before_opened] = False
        return readable


def draw_mess(rng: np.random.Generator, n: int, *, rates: Mapping[str, float], before: int) -> Mess:
    """Choose the spoilt rows among n.

    The number of each kind is the rate of all records of the source so far, less what earlier files had: small files do
    not drift away from the rate by chance, and a source never has more unknown words than its rate says.

    Args:
        rng: the generator.
        n: records in this file.
        rates: share of records by kind.
        before: records in the source's earlier files.
    """
    order, start, chosen = np.argsort(rng.random(n), kind="stable"), 0, {}
    for kind in KINDS:
        rate = rates.get(kind, 0.0)
        size = int(rate * (before + n)) - int(rate * before)
        chosen[kind] = np.sort(order[start : start + size])
        start += size
    return Mess(**chosen)
