"""The nationality cells of one record put together: what the profile says of its words, then what the engine reads.

Answers "which set of nationalities, of which class, does this record name" for one distinct value. What one text names
is read in `nationality.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.codelists import MISSING_KINDS
from pipelines.ingest.fields import CELL_SEPARATOR, Field
from pipelines.ingest.meanings import Meaning
from pipelines.ingest.nationality import (
    STATELESS,
    NationalityReading,
    is_code_and_word,
    nationality_class,
    read_nationality,
)
from pipelines.ingest.profiles import Profile
from pipelines.ingest.words import normalised

# ISO 3166-1 alpha-3; a source that writes codes writes nothing longer.
LONGEST_CODE = 3
_LETTERS = re.compile(r"[^\W\d_]+")


def doubtful_codes(values: Sequence[str], profile: Profile) -> frozenset[str]:
    """Give the values that hold a code which is also a word, such as NA or NO, where the source does not write codes.

    "NA" beside "Polish" is a blank that a program wrote, not Namibia; among PL, RO and DE it may be Namibia.
    """
    explained = profile.missing["nationality"].keys() | profile.words.get("nationality", {}).keys()
    cells = {value: [c for c in value.split(CELL_SEPARATOR) if normalised(c) not in explained] for value in values}
    words = {cell for parts in cells.values() for cell in parts}
    if 2 * sum(_is_all_codes(word) for word in words) > len(words):
        return frozenset()
    return frozenset(value for value, parts in cells.items() if any(is_code_and_word(part) for part in parts))


def _is_all_codes(word: str) -> bool:
    """Tell whether a cell holds nothing longer than a code, alone or several: PT, PT/BR."""
    return all(len(run) <= LONGEST_CODE for run in _LETTERS.findall(word))


def nationality_meanings(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Read the set of nationalities of one person, from one cell or several.

    A blank or missing word beside a named nationality says nothing: many programs fill a second column with "Unknown"
    for everybody. Only where the profile maps such a word to `unknown_other` is a further nationality known to exist.
    """
    own, missing = profile.words.get(field.name, {}), profile.missing[field.name]
    cells = [cell for cell in value.split(CELL_SEPARATOR) if normalised(cell)]
    mapped = [own.get(normalised(cell)) or missing.get(normalised(cell)) or cell for cell in cells]
    texts = [word for word in mapped if word not in MISSING_KINDS]
    if not texts:
        kinds = [word for word in mapped if word in MISSING_KINDS] or [missing.get("", "not_recorded")]
        return [Meaning(value, kinds[0], rule="missing")]
    readings = [read_nationality(text) for text in texts]
    if not all(reading.is_recognised for reading in readings) or _is_unclear_together(texts, readings):
        return []
    return _set(value, readings)


def _is_unclear_together(texts: Sequence[str], readings: Sequence[NationalityReading]) -> bool:
    """Tell whether cells that can be read one by one contradict one another, such as "EU" beside "British"."""
    codes = {code for reading in readings for code in reading.codes}
    if STATELESS in codes and len(codes) > 1:
        return True
    others = any(reading.rule == "not_nationality" for reading in readings)
    return others and bool(codes) and not read_nationality(" / ".join(texts)).is_recognised


def _set(value: str, readings: Sequence[NationalityReading]) -> list[Meaning]:
    """Give one meaning for each nationality, or one that says what stands in the place of a nationality."""
    codes = sorted({code for reading in readings for code in reading.codes})
    rule = "+".join(sorted({reading.rule for reading in readings}))
    confidence = "low" if any(reading.confidence == "low" for reading in readings) else "high"
    role = "FAMILY" if any(reading.rule == "family_role" for reading in readings) else None
    if not codes:
        return [Meaning(value, "not_recorded", rule=rule, confidence=confidence, role_code=role)]
    is_more = any(reading.has_unknown_other for reading in readings)
    class_code, dual_class = nationality_class(tuple(codes), is_more)
    return [
        Meaning(
            value,
            code,
            position,
            class_code=class_code,
            dual_class_code=dual_class,
            rule=rule,
            confidence=confidence,
            role_code=role,
        )
        for position, code in enumerate(codes, start=1)
    ]
