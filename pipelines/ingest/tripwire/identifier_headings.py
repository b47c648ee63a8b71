"""Headings that promise a direct identifier.

Answers "which of these columns would name people, going by their headings". Cells are looked at in `identifiers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from pipelines.ingest.nationality_names import without_accents
from pipelines.ingest.tripwire.identifier_kinds import Kind, excused_headings, kinds
from pipelines.ingest.words import normalised

# Where two words meet that are written as one: ClientName, Name2, 2ndName.
_SEAMS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_])")


def identifying_headings(headings: Iterable[str], *, declared: Collection[str] = ()) -> list[str]:
    """Describe every heading that promises an identifier.

    Args:
        headings: those of the columns of a file.
        declared: those the profile lists under [drop] or [drop.used]; they are not looked at.
    Returns:
        One sentence per column that promises an identifier.
    """
    skipped = {normalised(heading) for heading in declared}
    kept = (heading for heading in headings if normalised(heading) not in skipped)
    found = ((heading, promised_kind(heading)) for heading in kept)
    return [f'column "{heading}" looks like: {kind.name}. {kind.why}' for heading, kind in found if kind]


# The files of one source have the same headings.
@lru_cache(maxsize=2_000)
def promised_kind(heading: str) -> Kind | None:
    """Give the kind of identifier a heading promises, if any.

    >>> promised_kind("CLIENT2_POST_CODE").name
    'address'
    >>> promised_kind("Name of project") is None
    True
    """
    forms = {_words(heading), _words(_SEAMS.sub(" ", heading))}
    if any(excused_headings().search(words) for words in forms):
        return None
    return next((kind for kind in kinds() if any(_is_promised(kind, words) for words in forms)), None)


def _is_promised(kind: Kind, words: str) -> bool:
    excused = bool(kind.unless) and re.search(kind.unless, words) is not None
    return bool(kind.heading) and re.search(kind.heading, words) is not None and not excused


def _words(heading: str) -> str:
    """Give the words of a heading, small and without accents; a possessive "'s" goes."""
    plain = re.sub(r"['’]s\b", "", without_accents(normalised(heading)))
    return " ".join(re.findall(r"[^\W_]+", plain))
