"""Run other packages for disclosure control on the records of the disclosure bench.

They live in an environment of their own, which is made under `build/` and can be thrown away: run as a program by that
environment's Python, this module reads records and writes what each package publishes. Nothing here needs the product.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import subprocess
import sys
import tempfile
import venv
import warnings
from collections.abc import Callable, Iterator
from importlib import metadata
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

PACKAGES = ("acro==1.0.2", "pytauargus==0.6.0", "CtrlRound==0.6.0", "cell-key-perturbation==3.1.0", "pandas<3")
DIMENSIONS = ("nationality", "gender", "age", "advice")
PAIRS = [list(pair) for pair in combinations(DIMENSIONS, 2)]
THRESHOLD = BASE = 5
# What acro calls the margin, and what τ-ARGUS does.
TOTALS = ("All", "Total")
# One published figure: dimensions, codes, value (None where hidden), least and most true count it leaves possible.
Figure = tuple[list[str], list[str], float | None, float | None, float | None]


def published_by_peers(records: list[list[str]], environment: Path) -> dict[str, dict[str, Any]]:
    """Let every peer protect the six two-way tables of the same records.

    Args:
        records: a code of each dimension per case.
        environment: folder of the peers' own environment; made when it is not there, which needs a package registry.
    Returns:
        Per method: its `version`, `seconds` for the six tables, and either `figures` or, where it stopped, `refused`.
    Raises:
        OSError: a package could not be installed or the environment could not be made.
    """
    python = environment / "bin" / "python"
    stamp = environment / "packages.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != "\n".join(PACKAGES):
        venv.create(environment, with_pip=True, clear=True)
        installed = subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], capture_output=True, check=False)
        if installed.returncode:
            raise OSError(f"The peers could not be installed: {installed.stderr.decode()[-300:]}")
        stamp.write_text("\n".join(PACKAGES), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "records.json", Path(folder) / "published.json"
        asked.write_text(json.dumps(records), encoding="utf-8")
        subprocess.run([python, __file__, asked, answered], cwd=folder, capture_output=True, check=True, timeout=400)
        return dict(json.loads(answered.read_text(encoding="utf-8")))


def main() -> None:
    """Read records, run every peer, write what they publish."""
    import pandas as pd

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    records = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    frame = pd.DataFrame(records, columns=list(DIMENSIONS))
    methods: dict[str, tuple[str, Callable[[Any], Iterator[Figure]]]] = {
        "ACRO, suppress": ("acro", lambda frame: _acro(frame, "suppress")),
        "ACRO, round": ("acro", lambda frame: _acro(frame, "round")),
        "τ-ARGUS, optimal hiding": ("pytauargus", lambda frame: _argus(frame, "OPT(1,10)")),
        "τ-ARGUS, modular hiding": ("pytauargus", lambda frame: _argus(frame, "MOD(1,10,1,1,1,0,0)")),
        "τ-ARGUS, controlled rounding": ("pytauargus", lambda frame: _argus(frame, f"RND(1,{BASE},0,10,0,2,0)")),
        "CtrlRound": ("CtrlRound", _ctrl_round),
        "cell key perturbation, 10-5 rule": ("cell-key-perturbation", _cell_key),
    }
    answers = {name: _timed(package, method, frame) for name, (package, method) in methods.items()}
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


def _timed(package: str, method: Callable[[Any], Iterator[Figure]], frame: Any) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()):
        # The first call imports; the second is timed.
        for _ in range(2):
            began = perf_counter()
            try:
                answer: dict[str, Any] = {"figures": list(method(frame))}
            except Exception as problem:
                answer = {"refused": str(problem)}
            answer["seconds"] = perf_counter() - began
    return {"version": f"{package} {metadata.version(package)}", **answer}


def _acro(frame: Any, mitigation: str) -> Iterator[Figure]:
    """Hidden is whatever is below the threshold, empty cells included; margins are sums of what is left."""
    from acro import ACRO

    session = ACRO(mitigation=mitigation, round_base=BASE)
    session.sdc_checks.risk_appetite["safe_threshold"] = THRESHOLD
    for one, two in PAIRS:
        table = session.crosstab(frame[one], frame[two], margins=True)
        for (first, second), value in table.stack(future_stack=True).items():
            kept = {name: code for name, code in ((one, first), (two, second)) if code not in TOTALS}
            number = None if value != value else float(value)  # noqa: PLR0124 - only a missing value differs from itself
            yield (list(kept), list(kept.values()), number, *_acro_limits(number, mitigation, inner=len(kept) == 2))
    session.results.results.clear()


def _acro_limits(number: float | None, mitigation: str, *, inner: bool) -> tuple[float | None, float | None]:
    if not inner:
        return None, None
    if mitigation == "round":
        assert number is not None
        return number - BASE // 2, number + BASE // 2
    return (0, THRESHOLD - 1) if number is None else (number, number)


def _argus(frame: Any, method: str) -> Iterator[Figure]:
    """Every empty cell is shown, so a hidden one has at least one person; the strictest range it takes is 100 %."""
    from pytauargus import protect

    counted = frame.assign(people=1.0)
    for pair in PAIRS:
        with tempfile.TemporaryDirectory() as folder:
            answer = protect(
                counted, pair, response="people", safety_rules=f"FREQ({THRESHOLD},100)", suppress=method, workdir=folder
            )
        for row in answer.tables[0].rows:
            kept = {name: row[name].strip() for name in pair if row[name].strip() not in TOTALS}
            is_hidden = row["status"] in {"U", "M"}
            value = None if is_hidden else row["people"]
            yield list(kept), list(kept.values()), value, 1 if is_hidden else value, value


def _ctrl_round(frame: Any) -> Iterator[Figure]:
    """Inner cells go to one of the two nearest multiples; margins are their sums, however far off."""
    from CtrlRound import ctrl_round

    for pair in PAIRS:
        inner = frame.groupby(pair).size().rename("n").reset_index()
        answer = ctrl_round(inner, by=pair, var="n", rounding_base=BASE)
        for row in answer["rounded_table"].to_dict("records"):
            yield pair, [row[name] for name in pair], row["n"], row["n"] - BASE + 1, row["n"] + BASE - 1
        for row in answer["rounded_margins"].to_dict("records"):
            kept = {name: row[name] for name in pair if isinstance(row[name], str)}
            yield list(kept), list(kept.values()), row["n"], None, None


def _cell_key(frame: Any) -> Iterator[Figure]:
    """Below 10 nothing is shown; the rest is rounded to the nearest 5, margins each on their own."""
    import numpy as np
    from cell_key_perturbation.create_perturbed_table import create_perturbed_table
    from cell_key_perturbation.utils.generate_test_ptable import generate_ptable_10_5_rule

    keyed = frame.assign(record_key=np.random.default_rng(1).integers(0, 256, len(frame)))
    rules = generate_ptable_10_5_rule()
    for names in [*PAIRS, *([name] for name in DIMENSIONS)]:
        table = create_perturbed_table(keyed, rules, [], names, "record_key")
        for row in table.to_dict("records"):
            value = None if not isinstance(row["count"], int) else row["count"]
            limits = (0, 9) if value is None else (max(value - 2, 10), value + 2)
            yield names, [row[name] for name in names], value, *limits


if __name__ == "__main__":
    main()
