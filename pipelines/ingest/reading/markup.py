"""XML read as a stream without trusting it: no document type, no entities, nothing fetched, nothing that only grows.

Answers "which elements come by, with which text". A reader says which elements it wants by their local names. What they
mean is left to `xlsx*.py` and `ods*.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from pipelines.errors import ReadError
from pipelines.ingest.reading.limits import limits

Attributes = dict[str, str]
Start = Callable[[Attributes], None]
End = Callable[[], None]


class Elements:
    """What is called when an element begins or ends; readers of one kind of part subclass it.

    `starts` and `ends` go by the name as written or without its prefix. Text is gathered only between `gather` and
    `gathered`, and only up to the length of a cell: `is_too_long` tells that there was more.
    """

    def __init__(self) -> None:
        self.starts: dict[str, Start] = {}
        self.ends: dict[str, End] = {}
        self.is_too_long = False
        self._depth = 0
        self._pieces: list[str] = []
        self._length = 0
        self._most_depth = limits().xml_depth
        self._most_length = limits().cell_characters
        self._parser = _safe_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def gather(self) -> None:
        """Begin to keep text."""
        self._parser.CharacterDataHandler = self._text

    def pause(self) -> None:
        """Keep no text for now."""
        self._parser.CharacterDataHandler = None

    def add(self, text: str) -> None:
        """Put a text among the gathered one, where an element stands for it."""
        self._text(text)

    def gathered(self) -> str:
        """Stop keeping text, and give what was kept."""
        self._parser.CharacterDataHandler = None
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text

    def feed(self, path: Path, blocks: Iterable[bytes]) -> Iterator[None]:
        """Read a part; control returns after each piece, so that what was found can be handed on.

        Args:
            path: the file, for messages.
            blocks: the bytes of the part.
        Raises:
            ReadError: it is no well-formed XML, declares a document type, or nests or swells beyond the limits.
        """
        fed, bounds = 0, limits()
        try:
            for block in blocks:
                self._parser.Parse(block)
                fed += len(block)
                if fed - self._parser.CurrentByteIndex > bounds.xml_token_bytes:
                    raise _unsafe(path)
                yield
            self._parser.Parse(b"", True)
        except (expat.ExpatError, _ForbiddenError, LookupError, ValueError, OverflowError):
            # The parser's own message says where in the part, which helps nobody who only has the spreadsheet.
            # Encodings that it does not know raise errors of other kinds.
            raise _unsafe(path) from None
        yield

    def read(self, path: Path, blocks: Iterable[bytes]) -> None:
        """Read a part to its end.

        Raises:
            ReadError: as for `feed`.
        """
        for _ in self.feed(path, blocks):
            pass

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > self._most_depth:
            raise _ForbiddenError
        wanted = self.starts.get(name) or self.starts.get(name.rpartition(":")[2])
        if wanted is not None:
            wanted(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        wanted = self.ends.get(name) or self.ends.get(name.rpartition(":")[2])
        if wanted is not None:
            wanted()

    def _text(self, text: str) -> None:
        self._length += len(text)
        if self._length > self._most_length:
            self.is_too_long = True
        else:
            self._pieces.append(text)


class _ForbiddenError(Exception):
    """Something an export never has: a document type, an entity, elements nested without end."""


def _safe_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _forbid
    parser.EntityDeclHandler = _forbid
    parser.ExternalEntityRefHandler = _forbid
    return parser


def _forbid(*_: object) -> int:
    raise _ForbiddenError


def _unsafe(path: Path) -> ReadError:
    return ReadError(
        f"{path} is damaged, or made by hand: a part of it is no plain XML. Open it in a spreadsheet program and save "
        "it again, or export as CSV."
    )


def local_attribute(attributes: Mapping[str, str], name: str) -> str:
    """Give an attribute by its local name, whatever prefix the writing program chose; empty if there is none."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")
