"""The files of comments as text: the lines `key: value` at their head, and plain paragraphs.

Answers "what stands in this file, and on which line". Nothing of Markdown is drawn but paragraphs, and a link is
printed as its words and its address. Other signs of Markdown or HTML are refused: they would be printed as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FENCE = "---"
SUFFIX, EXPLANATION = ".md", "README.md"
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()]+)\)")


@dataclass
class CommentFile:
    """One file while it is read; `problems` are sentences with its name and a line.

    `values` are those of its head, `lines` where each key stands. `paragraphs` hold their first line and their text.
    """

    name: str
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    paragraphs: list[tuple[int, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def problem(self, line: int, sentence: str) -> None:
        """Note a problem."""
        self.problems.append(f"{self.name}, line {line}: {sentence}")

    def line_of(self, key: str) -> int:
        """Give the line of a key; the first one where it is missing."""
        return self.lines.get(key, 1)

    def required(self, key: str, what: str) -> str:
        """Give the value of a key that has to be there."""
        if not self.values.get(key):
            self.problem(self.line_of(key), f"{key} is missing; it says {what}.")
        return self.values.get(key, "")


def read_comment_files(folder: Path, rules: Mapping[str, Any]) -> tuple[list[CommentFile], list[str]]:
    """Read every comment in a folder.

    Args:
        folder: it may be missing; `README.md` in it and hidden files are no comments.
        rules: those of `reference/commentary.toml`.
    Returns:
        The files in the order of their names, and problems with what else lies there.
    """
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    visible = [path for path in found if not path.name.startswith(".") and path.name != EXPLANATION]
    strange = [path for path in visible if not path.is_file() or path.suffix != SUFFIX]
    problems = [f"{path.name} is no comment: each is a file whose name ends in {SUFFIX}." for path in strange]
    return [_read(path, rules) for path in visible if path not in strange], problems


def _read(path: Path, rules: Mapping[str, Any]) -> CommentFile:
    file = CommentFile(path.name)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        file.problem(1, "it is not UTF-8 text. Save it again as UTF-8.")
        return file
    except OSError as error:
        file.problem(1, f"it cannot be opened: {error.strerror}.")
        return file
    fences = [number for number, line in enumerate(lines, 1) if line.strip() == FENCE]
    if len(fences) < 2 or fences[0] != 1:
        file.problem(1, f"it must begin with lines such as about: groups between two lines {FENCE}.")
        return file
    _read_head(file, lines[1 : fences[1] - 1])
    _read_body(file, lines[fences[1] :], first=fences[1] + 1, rules=rules)
    return file


def _read_head(file: CommentFile, lines: list[str]) -> None:
    for number, line in enumerate(lines, 2):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if not colon or not key:
            file.problem(number, "it must be written key: value.")
        elif key in file.values:
            file.problem(number, f"{key} stands there twice.")
        elif not line.strip().isprintable():
            file.problem(number, "it holds a character that cannot be printed.")
        else:
            file.values[key], file.lines[key] = value, number


def _read_body(file: CommentFile, lines: list[str], *, first: int, rules: Mapping[str, Any]) -> None:
    for number, line in enumerate(lines, first):
        for problem in _line_problems(line, rules):
            file.problem(number, problem)
    file.paragraphs += _paragraphs(lines, first)
    if not file.paragraphs:
        file.problem(first, "it says nothing. Write the comment below the second line of dashes.")
    if len(file.paragraphs) > int(rules["most_paragraphs"]):
        file.problem(first, f"it has more than {rules['most_paragraphs']} paragraphs.")
    for number, text in file.paragraphs:
        if len(text) > int(rules["longest_paragraph"]):
            file.problem(number, f"the paragraph has more than {rules['longest_paragraph']} characters.")


def _line_problems(line: str, rules: Mapping[str, Any]) -> Iterator[str]:
    """Name what would not be printed as its writer meant it."""
    text = line.rstrip()
    if not text.replace("\t", " ").isprintable():
        yield "it holds a character that cannot be printed."
    signs = [sign for sign in rules["not_at_line_start"] if text.startswith(sign)]
    signs += [sign for sign in rules["not_in_line"] if sign in text and sign not in signs]
    if signs:
        told = " ".join(sign.strip() or "indentation" for sign in signs)
        yield f"{told} has no meaning here. Write plain paragraphs."
    if "](" in _LINK.sub("", text):
        yield "a link must be written [words](https://address)."


def _paragraphs(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    words: list[str] = []
    begin = first
    for number, line in enumerate([*lines, ""], first):
        if line.strip():
            begin = begin if words else number
            words += line.split()
        elif words:
            yield begin, _LINK.sub(r"\1 (\2)", " ".join(words))
            words = []
