"""What a reader has to know of how clients were told apart: within a source, across sources, or not at all.

Answers "can one person stand here twice". It follows from profiles and registers alone, so that it holds no figure.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.ingest.profiles import Profile
from pipelines.settings import Settings


def counting_notes(settings: Settings, profiles: Mapping[str, Profile]) -> tuple[str, ...]:
    """Say across which files a client is told apart, in sentences without figures."""
    words = settings.words
    without = [source.name for name, source in settings.sources.items() if "client_ref" not in profiles[name].sources]
    notes = [
        f"Files tell {words['clients']} apart within their own source at most: somebody who was helped by two sources "
        f"counts as two {words['clients']}."
    ]
    notes += [
        f"{_joined(names)} use the same references for {words['clients']}: somebody who was helped by several of them "
        f"counts as one {words['client']}."
        for names in _shared_registers(settings)
    ]
    if without:
        notes.append(
            f"Files from {_joined(without)} do not tell {words['clients']} apart, so each {words['case']} there "
            f"counts as one {words['client']}."
        )
    return tuple(notes)


def _shared_registers(settings: Settings) -> list[list[str]]:
    """Give the names of sources that share one register of clients."""
    registers: dict[str, list[str]] = {}
    for source in settings.sources.values():
        registers.setdefault(source.client_register, []).append(source.name)
    return [names for names in registers.values() if len(names) > 1]


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
