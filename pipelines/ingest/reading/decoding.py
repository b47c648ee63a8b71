"""Bytes of a text file to UTF-8 with plain line ends, a block at a time.

Answers "which characters stand in this file". What cells they make is left to the readers of each format.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pipelines.errors import ReadError

# What a profile may declare, with Python's name for it. Encodings that hide ASCII, such as UTF-7, stay out.
ENCODINGS: dict[str, str] = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1257": "cp1257",
    "iso-8859-1": "iso8859-1",
    "iso-8859-2": "iso8859-2",
    "iso-8859-5": "iso8859-5",
    "iso-8859-7": "iso8859-7",
    "iso-8859-9": "iso8859-9",
    "iso-8859-13": "iso8859-13",
    "iso-8859-15": "iso8859-15",
    "iso-8859-16": "iso8859-16",
    "macintosh": "mac-roman",
    "cp437": "cp437",
    "cp850": "cp850",
    "cp852": "cp852",
}
LINE_END, RETURN, NUL = b"\n", b"\r", b"\0"
# As much of a file's beginning as it takes to tell in which order UTF-16 writes its bytes.
SEARCHED_BYTES = 4096
BLOCK_BYTES = 8 * 1024 * 1024
# The most bytes that can be there of a UTF-8 character whose end is missing.
_LONGEST_START = 3

Decode = Callable[[bytes, bool], bytes]


class TextStream:
    """The text of one open file as blocks of UTF-8 that end between characters.

    The byte-order mark is left out; CRLF and CR alone become LF, also where a block ends between them. The digest of
    the bytes is taken on the way.
    """

    def __init__(self, handle: BinaryIO, encoding: str, path: Path, *, block_bytes: int = BLOCK_BYTES) -> None:
        """Read an open file from its beginning; `path` is for messages only."""
        self._handle, self._encoding, self._path, self._block_bytes = handle, encoding, path, block_bytes
        self._codec = codec_of(encoding)
        self._hash = sha256()
        self._n_given = 0
        self._is_first, self._held, self._last = True, b"", b""

    def digest(self) -> str:
        """Give the SHA-256 of the bytes read so far, in hexadecimal."""
        return self._hash.hexdigest()

    def ends_cleanly(self) -> bool:
        """Tell whether the last line was ended; known once the blocks are used up."""
        return self._last == LINE_END

    def blocks(self) -> Iterator[bytes]:
        """Give the text, a block at a time.

        Returns:
            UTF-8 whose only line end is LF; no block is empty.
        Raises:
            ReadError: the bytes are not in the declared encoding, hold a NUL character, or hold nothing but blanks.
        """
        holds_text = False
        for text in self._decoded():
            if NUL in text:
                raise self._damaged(text)
            holds_text = holds_text or not text.isspace()
            self._n_given += 1
            yield text
        if not holds_text:
            raise ReadError(
                f"{self._path} is empty. Export it again; if there is nothing to export, take the file out of the "
                "inbox."
            )

    def _decoded(self) -> Iterator[bytes]:
        self._handle.seek(0)
        if self._codec == "utf-16":
            self._codec = utf16_codec(self._handle.read(SEARCHED_BYTES))
            self._handle.seek(0)
        decode = _decoder(self._codec)
        while raw := self._handle.read(self._block_bytes):
            self._hash.update(raw)
            yield from self._tidied(self._read(decode, raw, is_last=False), is_last=False)
        yield from self._tidied(self._read(decode, b"", is_last=True), is_last=True)

    def _read(self, decode: Decode, raw: bytes, *, is_last: bool) -> bytes:
        try:
            return decode(raw, is_last)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(self._codec, "replace").encode("utf-8", "replace")
            line = self._line_after(before)
            raise ReadError(
                f"{self._path} is not {self._encoding} text, as its profile says: line {line} cannot be read. Export "
                f"it as {self._encoding}, or correct file.encoding in the profile."
            ) from None

    def _tidied(self, text: bytes, *, is_last: bool) -> Iterator[bytes]:
        """Take the byte-order mark out and make every line end a LF; a CR at the end of a block waits for the next."""
        if self._is_first and text:
            text, self._is_first = text.removeprefix(codecs.BOM_UTF8), False
        text, self._held = self._held + text, b""
        if text.endswith(RETURN) and not is_last:
            text, self._held = text[:-1], RETURN
        text = _plain_ends(text)
        if text:
            self._last = text[-1:]
            yield text

    def _damaged(self, text: bytes) -> ReadError:
        line = self._line_after(text[: text.index(NUL)])
        return ReadError(
            f"{self._path} holds a NUL character in line {line}, which no text does: the file is damaged, or in UTF-16 "
            f"and not in {self._encoding}. Nothing of it was stored. Export it again, or correct file.encoding in the "
            "profile."
        )

    def _line_after(self, text: bytes) -> int:
        """Give the number of the line that goes on after the blocks given so far and this text.

        The file is read again for it, so that files without a fault need not be counted.
        """
        again = TextStream(self._handle, self._encoding, self._path, block_bytes=self._block_bytes)
        given = sum(block.count(LINE_END) for block in islice(again._decoded(), self._n_given))
        return given + _plain_ends(self._held + text).count(LINE_END) + 1


def _plain_ends(text: bytes) -> bytes:
    return text.replace(b"\r\n", LINE_END).replace(RETURN, LINE_END) if RETURN in text else text


def codec_of(encoding: str) -> str:
    """Give Python's name of an encoding that a profile declares.

    >>> codec_of("Windows-1252")
    'cp1252'
    """
    return ENCODINGS[encoding.lower()]


def utf16_codec(start: bytes) -> str:
    """Give Python's name of the UTF-16 that a file begins with; without a mark, the place of the zeros tells.

    >>> utf16_codec("A".encode("utf-16-be")), utf16_codec("A".encode("utf-16-le"))
    ('utf-16-be', 'utf-16-le')
    """
    is_big = start[0::2].count(0) > start[1::2].count(0) and not start.startswith(codecs.BOM_UTF16_LE)
    return "utf-16-be" if is_big or start.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"


def _decoder(codec: str) -> Decode:
    """Give what turns bytes of an encoding into UTF-8; what begins at the end of one block is kept for the next."""
    if codec == "utf-8":
        return _Utf8()
    decoder = codecs.getincrementaldecoder(codec)()
    # Every declared encoding of single bytes writes ASCII as it is.
    is_wide = codec.startswith("utf-")

    def decode(raw: bytes, is_last: bool) -> bytes:
        return raw if not is_wide and raw.isascii() else decoder.decode(raw, is_last).encode("utf-8")

    return decode


class _Utf8:
    """UTF-8 that is only checked, several times faster than it could be decoded."""

    def __init__(self) -> None:
        self._start = b""

    def __call__(self, raw: bytes, is_last: bool) -> bytes:
        text, self._start = self._start + raw, b""
        if not is_last:
            cut = _end_of_characters(text)
            text, self._start = text[:cut], text[cut:]
        if not text.isascii() and not _is_utf8(text):
            text.decode("utf-8")
        return text


def _end_of_characters(text: bytes) -> int:
    """Give the number of bytes before a character that this UTF-8 only begins."""
    for back in range(1, min(_LONGEST_START, len(text)) + 1):
        lead = text[-back]
        if lead >= 0b1100_0000:
            length = 2 + (lead >= 0b1110_0000) + (lead >= 0b1111_0000)
            return len(text) - back if back < length else len(text)
        if lead < 0b1000_0000:
            break
    return len(text)


def _is_utf8(text: bytes) -> bool:
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(text)], dtype=np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
