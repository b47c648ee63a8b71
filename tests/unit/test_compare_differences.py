"""The rule behind the words on a compare page: right for every true count, and seldom wrong by chance."""

from __future__ import annotations

import random

import numpy as np

from pipelines.disclosure.protected import Cell
from pipelines.publish.differences import Margins, Side, sides

MARGIN = Margins(reach=4, deviations=3.0, least_expected=10)
CODES = ("A", "B", "C", "D")


def cells(own: dict[str, int | None], network: dict[str, int]) -> dict[str, Cell]:
    return {
        code: Cell("t", "2026-Q3", (code,), "clients", own.get(code), None, False, network_n=n)
        for code, n in network.items()
    }


def rounded(n: int, draw: random.Random) -> int:
    """Round to one of the two nearest multiples of five."""
    return n if n % 5 == 0 else 5 * (n // 5 + draw.randint(0, 1))


def test_words_hold_whatever_the_rounding_hides():
    draw, told = random.Random(7), 0  # noqa: S311 - invented counts
    for _ in range(3_000):
        of_all = {code: draw.randint(0, 900) for code in (*CODES, "_U")}
        own = {code: draw.randint(0, n) for code, n in of_all.items()}
        total, all_total = sum(own.values()), sum(of_all.values())
        network = {code: rounded(n, draw) for code, n in ({"_T": all_total} | of_all).items()}
        found = sides(cells(own | {"_T": total}, network), open_codes=(), is_partition=True, margin=MARGIN)
        for code, side in found.items():
            told += 1
            # The true shares differ so even if everybody not known belonged to the row on the other side alone.
            if side is Side.LARGER:
                assert own[code] / total > (of_all[code] + of_all["_U"]) / all_total
            else:
                assert (own[code] + own["_U"]) / total < of_all[code] / all_total
    assert told > 500


def test_a_centre_drawn_by_chance_seldom_gets_words():
    generator = np.random.default_rng(11)
    of_all = {"A": 2_000, "B": 1_500, "C": 900, "D": 600}
    network = {"_T": 5_000, **of_all, "_U": 0}
    words = tests = 0
    for _ in range(4_000):
        drawn = dict(
            zip(CODES, generator.multivariate_hypergeometric(list(of_all.values()), 400).tolist(), strict=True)
        )
        exact = Margins(reach=0, deviations=3.0, least_expected=10)
        words += len(
            sides(cells(drawn | {"_T": 400, "_U": 0}, network), open_codes=(), is_partition=True, margin=exact)
        )
        tests += len(CODES)
    assert 0 < words / tests < 0.005


def test_a_large_difference_is_not_missed():
    network = {"_T": 5_000, "A": 1_000, "B": 4_000, "_U": 0}
    own = {"_T": 500, "A": 200, "B": 300, "_U": 0}
    found = sides(cells(own, network), open_codes=(), is_partition=True, margin=MARGIN)
    assert found == {"A": Side.LARGER, "B": Side.SMALLER}


def test_a_hidden_gap_is_no_larger_than_the_networks():
    network = {"_T": 5_000, "A": 1_000, "B": 4_200, "_U": 10}
    own = {"_T": 500, "A": 200, "B": 320, "_U": None}
    found = sides(cells(own, network), open_codes=(), is_partition=False, margin=MARGIN)
    assert found == {"A": Side.LARGER, "B": Side.SMALLER}
    wide = network | {"_U": 1_200}
    assert sides(cells(own, wide), open_codes=(), is_partition=False, margin=MARGIN) == {}


def test_open_rows_get_no_words_and_widen_the_others():
    network = {"_T": 5_000, "A": 1_000, "B": 3_000, "OPEN": 1_000, "_U": 0}
    own = {"_T": 500, "A": 170, "B": 330, "OPEN": 0, "_U": 0}
    free = sides(cells(own, network), open_codes=(), is_partition=True, margin=MARGIN)
    assert free["A"] is Side.LARGER
    held = sides(cells(own, network), open_codes=("OPEN",), is_partition=True, margin=MARGIN)
    assert held == {}
