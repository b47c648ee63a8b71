"""Small changes to released files, each of which a reader could be misled by: a digit, a word, a reference.

Each maker takes the bytes of one file and gives them back with one visible change, or None where it finds nothing to
change. Nothing here knows how the auditor works.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Files = dict[str, bytes]
Maker = Callable[[random.Random, bytes], bytes | None]
_WORD = re.compile(r"[A-Za-z]{4,}")
_DIGIT = re.compile(r"\d")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def other_digit(rng: random.Random, text: str) -> str | None:
    """Change one digit of a text."""
    places = [match.start() for match in _DIGIT.finditer(text)]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + rng.choice([digit for digit in "0123456789" if digit != text[at]]) + text[at + 1 :]


def other_word(rng: random.Random, text: str, words: list[str]) -> str | None:
    """Change one word of a text: into another word of the same file, or by one letter."""
    places = list(_WORD.finditer(text))
    if not places:
        return None
    found = rng.choice(places)
    choices = [word for word in words if word.casefold() != found[0].casefold()]
    word = rng.choice(choices) if choices and rng.random() < 0.5 else _misspelt(rng, found[0])
    return text[: found.start()] + word + text[found.end() :]


def _misspelt(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + rng.choice([letter for letter in _LETTERS if letter != word[at].casefold()]) + word[at + 1 :]


def with_change(files: Files, path: str, data: bytes) -> Files:
    """Put a changed file in its place, with a digest that fits."""
    changed = files | {path: data}
    if path != "manifest.json":
        told = json.loads(files["manifest.json"])
        told["outputs"][path] = hashlib.sha256(data).hexdigest()
        changed["manifest.json"] = json.dumps(told).encode()
    return changed


# Pages and drawings


def between(data: bytes, pattern: str, change: Callable[[str], str | None], rng: random.Random) -> bytes | None:
    """Change the first group of one match of a pattern."""
    text = data.decode()
    spans = [match.span(1) for match in re.finditer(pattern, text, re.DOTALL)]
    rng.shuffle(spans)
    for begin, end in spans:
        changed = change(text[begin:end])
        if changed is not None and changed != text[begin:end]:
            return (text[:begin] + changed + text[end:]).encode()
    return None


def shown_number(rng: random.Random, data: bytes) -> bytes | None:
    pattern = r'data-ref="[^"]*"[^>]*>([^<]*\d[^<]*)<'
    return between(data, pattern, lambda text: other_digit(rng, text), rng)


def value_attribute(rng: random.Random, data: bytes) -> bytes | None:
    return between(data, r'<data value="([^"]*)"', lambda text: other_digit(rng, text), rng)


def reference(rng: random.Random, data: bytes) -> bytes | None:
    """Cite the figure of other people."""
    known = sorted(set(re.findall(r'data-ref="([^"]*)"', data.decode())))
    return between(data, r'data-ref="([^"]*)"', lambda text: _other(rng, text, known), rng)


def _other(rng: random.Random, text: str, known: list[str]) -> str | None:
    others = [ref for ref in known if _is_other(ref, text)]
    return rng.choice(others) if others else None


def _is_other(one: str, two: str) -> bool:
    """Tell whether two addresses are about other people; totals of all tables are the same people."""
    codes = [frozenset(part for part in ref.split(".")[1:-2] if part != "_T") for ref in (one, two)]
    return one.rpartition(".")[2] == two.rpartition(".")[2] and codes[0] != codes[1] and all(codes)


def page_word(rng: random.Random, data: bytes) -> bytes | None:
    pattern = r">([^<>\0]*[A-Za-z]{4,}[^<>\0]*)<"
    return _in_text(rng, data, pattern, lambda text, words: other_word(rng, text, words))


def _in_text(
    rng: random.Random, data: bytes, pattern: str, change: Callable[[str, list[str]], str | None]
) -> bytes | None:
    """Change one text of a page outside its drawings, styles and programs."""
    head, body = data[: data.index(b"<body")].decode(), data[data.index(b"<body") :].decode()
    silent = re.compile(r"<(style|script|svg).*?</\1>", re.DOTALL)
    told = silent.sub(lambda match: "\0" * len(match[0]), body)
    words = _WORD.findall(re.sub(r"<[^>]*>", " ", told))
    begin, end = rng.choice([match.span(1) for match in re.finditer(pattern, told)])
    changed = change(body[begin:end], words)
    return None if changed is None else (head + body[:begin] + changed + body[end:]).encode()


def page_number(rng: random.Random, data: bytes) -> bytes | None:
    """Change a digit of a text, such as a date."""
    return _in_text(rng, data, r">([^<>&\0]*\d[^<>&\0]*)<", lambda text, _: other_digit(rng, text))


def address(rng: random.Random, data: bytes) -> bytes | None:
    return between(data, r'<a [^>]*href="([^"#][^"]*)"', lambda text: other_digit(rng, text), rng)


def drawn_word(rng: random.Random, data: bytes) -> bytes | None:
    words = _WORD.findall(" ".join(re.findall(r"<text[^>]*>([^<]*)<", data.decode())))
    return between(data, r"<text[^>]*>([^<]*[A-Za-z]{4,}[^<]*)<", lambda text: other_word(rng, text, words), rng)


def drawn_number(rng: random.Random, data: bytes) -> bytes | None:
    return between(data, r"<text[^>]*>([^<]*\d[^<]*)<", lambda text: other_digit(rng, text), rng)


# Data files


def cell(column: Callable[[str], bool], change: Callable[[random.Random, str], str | None]) -> Maker:
    """Make a maker that changes one cell of the columns whose names fit."""

    def made(rng: random.Random, data: bytes) -> bytes | None:
        header, *rows = list(csv.reader(io.StringIO(data.decode())))
        places = [(row, at) for row in rows for at, name in enumerate(header) if column(name) and row[at]]
        rng.shuffle(places)
        for row, at in places:
            before, changed = row[at], change(rng, row[at])
            if changed is not None and changed != before:
                row[at] = changed
                file = io.StringIO()
                csv.writer(file, lineterminator="\n").writerows([header, *rows])
                return file.getvalue().encode()
        return None

    return made


def flipped(pairs: Mapping[str, str]) -> Callable[[random.Random, str], str | None]:
    """Change a value into its counterpart."""
    return lambda _, text: pairs.get(text)


# Manifest and description


def other_limit(rng: random.Random, value: Any, _: list[str]) -> Any:
    """Lower a limit, or double it and more: what is between two published numbers changes nothing that is published."""
    return rng.choice([rng.randrange(0, value), rng.randrange(2 * value, 20 * value)])


def leaf(
    fits: Callable[[tuple[Any, ...], Any], bool], change: Callable[[random.Random, Any, list[str]], Any] | None = None
) -> Maker:
    """Make a maker that changes one value of a JSON file."""

    def made(rng: random.Random, data: bytes) -> bytes | None:
        told = json.loads(data)
        leaves = [(path, value) for path, value in _leaves(told) if fits(path, value)]
        words = [word for _, value in leaves if isinstance(value, str) for word in _WORD.findall(value)]
        rng.shuffle(leaves)
        for path, value in leaves:
            changed = (change or _changed)(rng, value, words)
            if changed is not None and changed != value:
                at = told
                for key in path[:-1]:
                    at = at[key]
                at[path[-1]] = changed
                return json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True).encode()
        return None

    return made


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(each, (*path, key))
    else:
        yield path, value


def _changed(rng: random.Random, value: Any, words: list[str]) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        makers = [lambda: other_digit(rng, value), lambda: other_word(rng, value, words)]
        return next((text for text in (make() for make in rng.sample(makers, 2)) if text is not None), None)
    if isinstance(value, int | float):
        return type(value)(other_digit(rng, f"{value}") or value)
    return None
