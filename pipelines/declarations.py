"""Reading what a person declared in TOML: settings and profiles.

Answers "is this file well formed": every key known, every value of the right kind. Problems are gathered, not raised
one by one, so that a person sees all of them at once. Which keys there are is decided by `settings.py` and
`ingest/profiles.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipelines.errors import CaseloadError, listed

_KINDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
}


def read_toml(path: Path, failure: type[CaseloadError]) -> dict[str, Any]:
    """Read a TOML file.

    Args:
        path: the file.
        failure: the error to raise, which decides the exit code.
    Raises:
        failure: the file is missing, is not UTF-8 or is not TOML; the message names the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise failure(f"{path} does not exist.") from None
    except OSError as error:
        raise failure(f"{path} cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise failure(f"{path} is not UTF-8 text. Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise failure(f"{path} is not valid TOML: {error}. Correct that line and run again.") from None


def suggestion(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    """Give ` Did you mean "…"?` for the known word nearest to a wrong one, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""


@dataclass
class Section:
    """One table of a TOML file while it is read; every `take` marks a key as known.

    `place` is the table's name as a person would look for it; `problems` is shared by all sections of one file.
    """

    place: str
    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    _known: list[str] = field(default_factory=list)

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text; without a default it is required."""
        return str(self._take(key, str, default) or "")

    def whole(self, key: str, default: int) -> int:
        """Take a whole number."""
        return int(self._take(key, int, default) or 0)

    def number(self, key: str, default: float) -> float:
        """Take a number, whole or not."""
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            self.values[key] = float(value)
        return float(self._take(key, float, default) or 0.0)

    def flag(self, key: str) -> bool:
        """Take true or false; false unless given."""
        return bool(self._take(key, bool, default=False))

    def day(self, key: str) -> date | None:
        """Take a date, in quotation marks or without; None unless given."""
        self._known.append(key)
        value = self.values.get(key)
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            day = ""
        if day is None or isinstance(day, date):
            return day
        self.problem(f"{self._at(key)} must be a date such as 2026-04-01.")
        return None

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """Take a list of texts; one text alone counts as a list of one."""
        if isinstance(self.values.get(key), str):
            self.values[key] = [self.values[key]]
        items = self._take(key, list, list(default))
        if all(isinstance(item, str) for item in items):
            return tuple(items)
        self.problem(f"{self._at(key)} must be a list of texts.")
        return ()

    def section(self, key: str) -> Section:
        """Take a table inside this one; a missing table reads as an empty one."""
        self._known.append(key)
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            self.problem(f"{self._at(key)} must be a table, written [{self._at(key)}].")
            values = {}
        return Section(self._at(key), values, self.problems)

    def sections(self, key: str) -> list[Section]:
        """Take a list of tables, written `[[key]]`; a missing one reads as empty."""
        items = self._take(key, list, [])
        tables = [item for item in items if isinstance(item, dict)]
        if len(tables) != len(items):
            self.problem(f"{self._at(key)} must be tables, written [[{self._at(key)}]].")
        return [Section(f"{self._at(key)} {number}", item, self.problems) for number, item in enumerate(tables, 1)]

    def mapping(self, key: str) -> dict[str, str]:
        """Take a table whose every value is a text, such as `[centres]`."""
        inner = self.section(key)
        return {name: inner.text(name) for name in list(inner.values)}

    def problem(self, sentence: str) -> None:
        """Note a problem."""
        self.problems.append(sentence)

    def close(self) -> None:
        """Refuse every key that nobody asked for, with the nearest known one."""
        for key in self.values:
            if key not in self._known:
                self.problem(f"{self._at(key)} is not a setting.{suggestion(key, self._known)}")

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self._known.append(key)
        if key not in self.values:
            if default is None:
                self.problem(f"{self._at(key)} is missing; it must be {_KINDS[kind]}.")
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            self.problem(f"{self._at(key)} must be {_KINDS[kind]}.")
            return default if default is not None else kind()
        return value


def stop_on_problems(problems: list[str], path: Path, failure: type[CaseloadError]) -> None:
    """Raise one error with every problem of a file, or do nothing when there is none.

    Raises:
        failure: at least one problem was noted.
    """
    if problems:
        raise failure(listed(problems, heading=f"{path} cannot be used:"))
