"""Direct identifiers in text that somebody wrote to be read, such as a comment that a brief will print.

Answers "does this text name or reach somebody", for one text at a time. It looks for the same kinds as in files, but
one find is enough, and being a sentence is no fault here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipelines.ingest.tripwire.identifier_checks import CHECKS
from pipelines.ingest.tripwire.identifier_kinds import Kind, kinds, python_pattern
from pipelines.ingest.tripwire.person_names import names_person
from pipelines.ingest.tripwire.vocabulary import Vocabulary, packaged_vocabulary

NAME = "name"
# Kinds whose patterns are made for the cells of references; prose holds such words without meaning anybody.
_ROLE = "reference"


def identifying_kinds(text: str, *, known: Collection[str] = (), allowed: Collection[str] = ()) -> tuple[str, ...]:
    """Give the kinds of identifiers that stand in a text.

    Args:
        text: some sentences.
        known: names that may stand in it, such as those of law centres.
        allowed: kinds that may stand in it, such as web addresses.
    Returns:
        Names of kinds, never what was found.

    >>> identifying_kinds("Ring 020 7946 0018 or write to ann@example.org.")
    ('email', 'telephone')
    >>> identifying_kinds("We opened on Mondays again.")
    ()
    """
    found = _kinds(text, packaged_vocabulary().with_phrases(known))
    return tuple(kind for kind in found if kind not in allowed)


def _kinds(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    if names_person(text, vocabulary):
        yield NAME
    yield from (kind.name for kind in kinds() if kind.pattern(_ROLE) and _stands_in(kind, text))


def _stands_in(kind: Kind, text: str) -> bool:
    passes = CHECKS[kind.check] if kind.check else None
    found = python_pattern(kind.pattern(_ROLE)).finditer(text)
    return any(passes is None or passes(match[0]) for match in found)
