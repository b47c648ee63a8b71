"""Which encoding the beginning of a text file is in, and how one can tell.

Answers with a name of `decoding.ENCODINGS`. Where several encodings would do, the one that makes the most plausible
words is taken: letters beside letters, no signs inside words. How the text is laid out is left to `sniffing.py`.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from functools import cache

from pipelines.ingest.reading.decoding import codec_of, utf16_codec

# Each begins with its own bytes; that of UTF-32 begins with that of UTF-16, so it comes first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings of single bytes, the likelier first: what makes words as plausible in both is taken for the earlier.
_SINGLE_BYTES = (
    "windows-1252", "windows-1250", "iso-8859-2", "iso-8859-15", "windows-1254", "windows-1257", "macintosh", "cp850",
    "cp852", "windows-1251", "windows-1253",
)  # fmt: skip
# UTF-16 writes a zero beside every character of ASCII; this share of zeros cannot be an accident.
_ZEROS = 0.2
# So many characters that fit UTF-8 for one that does not make a damaged file likelier than another encoding.
_MORE_FIT = 10
# What a character and the two beside it say about a reading of them.
_FITS, _SIGN_BEFORE_WORD, _SIGN_IN_WORD, _CONTROL, _CAPITAL_IN_WORD, _OTHER_SCRIPT = 1.0, -1.0, -2.0, -5.0, -1.5, -2.0
_CROWD, _ALONE = 0.8, -0.5
_APOSTROPHES = "’‘"
# Written behind a Latin letter, as in Portuguese and Spanish "Nº", whatever Unicode calls them.
_ORDINALS = "ºª"


def find_encoding(head: bytes) -> tuple[str, str]:
    """Find the encoding of a text file from its beginning.

    Args:
        head: the first bytes; a character may be cut at their end.
    Returns:
        Its name, and a sentence that says why, without anything of what the file holds.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, f"The file begins with the byte-order mark of {name}."
    if head.count(0) > len(head) * _ZEROS:
        return "utf-16", f"Every other byte is zero, as in UTF-16 without a byte-order mark ({utf16_codec(head)})."
    if head.isascii():
        return "utf-8", "The beginning is plain ASCII, which all encodings share; UTF-8 is assumed."
    if not (n_wrong := _n_wrong(head)):
        lost = head.count("\ufffd".encode())
        told = f" {lost} characters were lost before it was exported." if lost else ""
        return "utf-8", f"Every character beyond ASCII is valid UTF-8.{told}"
    text = head.decode("utf-8", "ignore")
    if sum(not letter.isascii() for letter in text) > n_wrong * _MORE_FIT:
        return "utf-8", f"Most characters beyond ASCII are valid UTF-8, but {n_wrong} are not: the file is damaged."
    return _likeliest(head)


def _n_wrong(head: bytes) -> int:
    """Count the places where bytes are no UTF-8; one that is cut at the end is none."""
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head)
    return sum("\udc80" <= letter <= "\udcff" for letter in text)


def _likeliest(head: bytes) -> tuple[str, str]:
    """Choose among the encodings of single bytes."""
    seen = Counter(_surrounded(head))
    scores = {name: _plausibility(name, seen) for name in _SINGLE_BYTES}
    best = max(_SINGLE_BYTES, key=lambda name: scores[name])
    equal = [
        name for name in _SINGLE_BYTES if scores[name] == scores[best] and _reads(name, seen) != _reads(best, seen)
    ]
    doubt = f" {', '.join(equal)} would do as well: look at names with accents." if equal else ""
    return best, f"It is not UTF-8; read as {best}, its characters make the most plausible words.{doubt}"


def _surrounded(head: bytes) -> list[tuple[int, int, int]]:
    """Give every byte beyond ASCII with the bytes before and after it."""
    padded = b"\n" + head + b"\n"
    return [(padded[at - 1], padded[at], padded[at + 1]) for at in range(1, len(padded) - 1) if not padded[at] < 0x80]


def _plausibility(name: str, seen: Counter[tuple[int, int, int]]) -> float:
    return sum(times * _score(*(_character(name, byte) for byte in group)) for group, times in seen.items())


def _reads(name: str, seen: Counter[tuple[int, int, int]]) -> list[str]:
    return [_character(name, byte) for _, byte, _ in seen]


def _score(before: str, letter: str, after: str) -> float:
    """Score one character by the two beside it."""
    category = unicodedata.category(letter)
    if category in {"Cc", "Cn", "Co"}:
        return _CONTROL
    return _letter_score(before, letter, after) if category.startswith("L") else _sign_score(before, letter, after)


def _letter_score(before: str, letter: str, after: str) -> float:
    """Score a letter: it is part of a word, small where the one before is small, and all are of one script."""
    beside = [other for other in (before, after) if other.isalpha()]
    if not beside:
        return _ALONE
    if any(_script(other) != _script(letter) for other in beside):
        return _OTHER_SCRIPT
    if before.islower() and letter.isupper():
        return _CAPITAL_IN_WORD
    # Latin words hold few letters beyond ASCII in a row; words of other scripts hold nothing else.
    return _FITS - _CROWD * (_script(letter) == "LATIN") * sum(not other.isascii() for other in beside)


def _sign_score(before: str, letter: str, after: str) -> float:
    """Score a sign: quotation marks and apostrophes touch words, a superscript or a currency does not begin one."""
    category = unicodedata.category(letter)
    is_after, is_before = before.isalnum(), after.isalnum()
    if is_after and (letter in _APOSTROPHES or (category == "Pf" and not is_before)):
        return _FITS
    if category == "Pi" and is_before and not is_after:
        return _FITS
    if before.isalpha() and after.isalpha():
        return _SIGN_IN_WORD
    return _SIGN_BEFORE_WORD if after.isalpha() and category in {"No", "Sc", "Sm", "So"} else 0.0


@cache
def _character(name: str, byte: int) -> str:
    return bytes([byte]).decode(codec_of(name), "replace").replace("\ufffd", "\x80")


@cache
def _script(letter: str) -> str:
    return "LATIN" if letter in _ORDINALS else unicodedata.name(letter, "").split(" ")[0]
