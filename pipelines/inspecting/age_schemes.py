"""Which packaged schemes explain letters or bands of age that do not explain themselves.

Answers "what could A, B and C mean": two reports of one system may use the same letters differently, so a scheme is
proposed only when it is the only one that has them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file


def fitting_schemes(words: Sequence[str]) -> tuple[str, ...]:
    """Give the names of the packaged schemes that know every one of the words, in the order of the list.

    >>> fitting_schemes(["A", "B", "H"]), fitting_schemes(["A", "B"])
    (('cla-demographic',), ('cla-demographic', 'cla-outcome'))
    """
    if not words:
        return ()
    wanted = {normalised(word) for word in words}
    return tuple(name for name, bands in _schemes().items() if wanted <= bands)


@cache
def _schemes() -> dict[str, frozenset[str]]:
    declared = read_toml(reference_file("age_schemes.toml"), SettingsError)
    return {name: frozenset(map(normalised, entry["bands"])) for name, entry in declared.items()}
