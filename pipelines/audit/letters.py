"""The letters that the codes in a PDF stand for, by the table that each font carries.

Answers "which text do these bytes show". A code that its font has no letter for is refused.
"""

from __future__ import annotations

import re
from typing import Any

_ONE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_MANY = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SECTION = re.compile(r"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


def inside(node: Any, name: str) -> Any:
    """Give what a dictionary holds under a name, or something empty."""
    return node[name].get_object() if name in node else {}


class Fonts:
    """The letters that the codes of each font stand for."""

    def __init__(self, resources: Any) -> None:
        self._fonts = inside(resources, "/Font")
        self._tables: dict[str, tuple[dict[int, str], int]] = {}

    def decode(self, name: str, drawn: Any) -> str:
        """Give the letters of a drawn string, or of several with movements between them."""
        if name not in self._tables:
            font = self._fonts[name].get_object()
            table = _letters(font["/ToUnicode"].get_object().get_data().decode("latin-1"))
            self._tables[name] = table, 2 if font["/Subtype"] == "/Type0" else 1
        table, size = self._tables[name]
        raw = b"".join(piece for piece in drawn if isinstance(piece, bytes)) if isinstance(drawn, list) else drawn
        return "".join(table[int.from_bytes(raw[at : at + size], "big")] for at in range(0, len(raw), size))


def _letters(told: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(told):
        if kind == "bfchar":
            found |= {int(code, 16): _unicode(letters) for code, letters in _ONE.findall(body)}
        for first, last, letters in _MANY.findall(body) if kind == "bfrange" else ():
            head, begin, codes = _unicode(letters)[:-1], ord(_unicode(letters)[-1]), (int(first, 16), int(last, 16))
            found |= {code: head + chr(begin + code - codes[0]) for code in range(codes[0], codes[1] + 1)}
    return found


def _unicode(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
