"""How the words of an export are compared."""

from __future__ import annotations

import unicodedata


def normalised(word: str) -> str:
    """Give the form in which two spellings of one word are equal.

    Case, outer and repeated spaces and the way an accent is encoded make no difference; accents themselves do.

    >>> normalised("  Prefer  NOT to say ")
    'prefer not to say'
    """
    composed = word if word.isascii() else unicodedata.normalize("NFC", word)
    return " ".join(composed.split()).casefold()
