"""The drawing instructions of a PDF page, one after the other.

Answers "what is drawn, in which order, and as what". A page is a row of operands, each followed by its operator; what
does not read as such is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_REGULAR = rb"[^\x00\t\n\f\r ()<>\[\]{}/%]"
# A comment, a name, a number, a mark, the beginning of a string, a string in digits, a word.
_TOKEN = re.compile(
    rb"[\x00\t\n\f\r ]*(?:(?P<comment>%[^\r\n]*)|(?P<name>/" + _REGULAR + rb"*)"
    rb"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?!" + _REGULAR + rb")|(?P<mark><<|>>|\[|\])|(?P<opening>\()"
    rb"|<(?P<digits>[0-9A-Fa-f\s]*)>|(?P<word>[A-Za-z'\"][A-Za-z0-9*]*))"
)
# Lines, shapes, places and colours: operators after nothing but numbers, and a name before that of a range of colours.
# A page has thousands of them in a row.
_PAINTING = re.compile(
    rb"(?:(?:(?:[\x00\t\n\f\r ]*+[+-]?(?:\d++\.?\d*+|\.\d++)(?!" + _REGULAR + rb"))*+[\x00\t\n\f\r ]*+"
    rb"(?:re|RG|rg|cm|BT|ET|scn?|SCN?|T[dDm*cwzLsr]|[fBbW]\*?|[mlcvyhSsFnwJjMiqQgGkK])"
    rb"|[\x00\t\n\f\r ]*+/" + _REGULAR + rb"*+[\x00\t\n\f\r ]++(?:cs|CS))(?!" + _REGULAR + rb"))++"
)
_BEGIN, _ARRAY, _BACKSLASH = frozenset({b"<<", b"["}), frozenset({b"]"}), frozenset({b"\\"})
_IN_STRING = re.compile(rb"[()\\]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_BLANK = b"\x00\t\n\f\r "
_BOM = b"\xfe\xff"


class NotDrawnError(ValueError):
    """The instructions do not read as instructions."""


def instructions(data: bytes) -> Iterator[tuple[str, list[Any]]]:
    """Give each operator with its operands: numbers, bytes, names with their slash, lists and mappings.

    Those that only paint or say where to paint are passed over: nobody reads anything in them.

    Raises:
        NotDrawnError: something in the page is no operand and no operator.
    """
    operands: list[Any] = []
    stack: list[list[Any]] = []
    for kind, value in _tokens(data):
        if kind == "operator":
            yield value, operands
            operands = []
        elif kind == "mark" and value in _BEGIN:
            stack.append(operands)
            operands = []
        elif kind == "mark":
            if not stack:
                raise NotDrawnError
            inner, operands = operands, stack.pop()
            operands.append(inner if value in _ARRAY else dict(zip(inner[::2], inner[1::2], strict=True)))
        else:
            operands.append(value)
    if operands or stack:
        raise NotDrawnError


def _tokens(data: bytes) -> Iterator[tuple[str, Any]]:
    at, end, is_between = 0, len(data.rstrip(_BLANK)), True
    while at < end:
        painting = _PAINTING.match(data, at, end) if is_between else None
        if painting:
            at, is_between = painting.end(), False
            continue
        found = _TOKEN.match(data, at)
        if found is None:
            raise NotDrawnError
        at, kind = found.end(), str(found.lastgroup)
        if kind == "opening":
            text, at = _string(data, at)
            yield "operand", text
        elif kind != "comment":
            token = _READ[kind](found[kind])
            is_between = token[0] == "operator"
            yield token


def _word(text: bytes) -> tuple[str, Any]:
    word = text.decode("latin-1")
    return ("operand", word == "true") if word in {"true", "false", "null"} else ("operator", word)


_READ: dict[str, Callable[[bytes], tuple[str, Any]]] = {
    "name": lambda text: ("operand", text.decode("latin-1")),
    "number": lambda text: ("operand", float(text)),
    "mark": lambda text: ("mark", text),
    "digits": lambda text: ("operand", bytes.fromhex(text.decode("ascii"))),
    "word": _word,
}


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """Read a string to its closing bracket; brackets in it are balanced or escaped."""
    begin, depth = at, 1
    while depth:
        found = _IN_STRING.search(data, at)
        if found is None:
            raise NotDrawnError
        at = found.end() + (found[0] in _BACKSLASH)
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
    return _ESCAPE.sub(_unescaped, data[begin : at - 1]), at


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 8) & 0xFF])
    return _ESCAPED.get(found[2], found[2])


def spoken_text(value: bytes) -> str:
    """Give a text for people: UTF-16 where it says so, UTF-8 where that is said, else Latin letters."""
    if value.startswith(_BOM):
        return value[2:].decode("utf-16-be")
    return value[3:].decode("utf-8") if value.startswith(b"\xef\xbb\xbf") else value.decode("latin-1")
