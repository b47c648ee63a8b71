"""The ways a command can fail, each with the exit code the contract gives it.

Answers: what went wrong, in words for a caseworker. A message never holds a value from a record, because messages reach
logs, Prefect and e-mail. Who prints them: `cli.py`.
"""

from __future__ import annotations


class CaseloadError(Exception):
    """Any failure that a user can act on; carries the exit code of its kind."""

    exit_code = 1


class UsageError(CaseloadError):
    """The command was given something it cannot use, such as an unknown source name."""

    exit_code = 2


class SettingsError(CaseloadError):
    """`caseload.toml` is missing, unreadable or wrong."""

    exit_code = 10


class ProfileError(CaseloadError):
    """A profile is wrong, or a file no longer fits its profile."""

    exit_code = 10


class ReadError(CaseloadError):
    """A file cannot be read."""

    exit_code = 11


class IdentifiersFound(CaseloadError):  # noqa: N818 - the contract's name; an outcome more than an error
    """Direct identifiers stand in a place the profile did not declare as `drop`."""

    exit_code = 12


class ValidationFailed(CaseloadError):  # noqa: N818 - the contract's name
    """A critical rule failed, or words were found that no code list knows."""

    exit_code = 13


class DisclosureError(CaseloadError):
    """The disclosure audit failed, or a protection rule is unknown."""

    exit_code = 14


class WarehouseBusy(CaseloadError):  # noqa: N818 - the contract's name
    """Another process holds the warehouse."""

    exit_code = 15


class ModelError(CaseloadError):
    """A SQL model or check failed."""

    exit_code = 16


class DiskError(CaseloadError):
    """The disk refused to write or keep something: it is full, may only be read, or is damaged."""

    exit_code = 16


# How many row numbers a message names before it says "and more".
NAMED_ROWS = 5


def named_rows(numbers: list[int], total: int | None = None) -> str:
    """Name rows by their numbers, the first few of them; `total` is how many there are when not all are given.

    >>> named_rows([3]), named_rows([2, 3, 5, 7, 11, 13, 17])
    ('row 3', 'rows 2, 3, 5, 7, 11 and 2 more')
    """
    shown = ", ".join(str(number) for number in numbers[:NAMED_ROWS])
    left = (total or len(numbers)) - min(len(numbers), NAMED_ROWS)
    more = f" and {left:,} more" if left else ""
    return f"{'row' if (total or len(numbers)) == 1 else 'rows'} {shown}{more}"


def counted(number: int, noun: str) -> str:
    """Say how many there are of something.

    >>> counted(1, "word"), counted(1200, "word")
    ('1 word', '1,200 words')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(problems: list[str], *, heading: str) -> str:
    """Set out several problems of one kind under one heading.

    All problems of a kind are told at once, so that a person fixes a file once and not once per problem.

    Args:
        problems: one sentence each.
        heading: the sentence above them.
    Returns:
        The heading alone with its one problem, or the heading and a line for each.
    """
    if len(problems) == 1:
        return f"{heading} {problems[0]}"
    return "\n".join([heading, *(f"  - {problem}" for problem in problems)])
