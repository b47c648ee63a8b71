"""Sentences for a brief about how clients are told apart, source by source.

Answers "could one person be counted twice here", from settings and profiles alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.ingest.profiles import Profile
from pipelines.settings import Settings


def counting_notes(settings: Settings, profiles: Mapping[str, Profile]) -> tuple[str, ...]:
    """Say how far the sources of a network tell clients apart.

    Args:
        settings: sources, their registers of clients and the network's words.
        profiles: what each source of cases has references of.
    """
    words = settings.words
    without = [settings.sources[name].name for name, profile in profiles.items() if "client_ref" not in profile.sources]
    notes = [
        f"Files tell {words['clients']} apart within their own source at most: somebody who was helped by two sources "
        f"counts as two {words['clients']}."
    ]
    notes += [
        f"{_joined(names)} use the same references for {words['clients']}: somebody who was helped by several of them "
        f"counts as one {words['client']}."
        for names in _shared_registers(settings, profiles)
    ]
    if without:
        notes.append(
            f"Files from {_joined(without)} do not tell {words['clients']} apart, so each {words['case']} there "
            f"counts as one {words['client']}."
        )
    return tuple(notes)


def _shared_registers(settings: Settings, names: Iterable[str]) -> list[list[str]]:
    """Give the names of sources that share one register of clients."""
    registers: dict[str, list[str]] = {}
    for source in (settings.sources[name] for name in names):
        registers.setdefault(source.client_register, []).append(source.name)
    return [names for names in registers.values() if len(names) > 1]


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
