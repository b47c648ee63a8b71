"""What is installed: Python, packages, switches, fonts, time zones.

Answers "can the product run here at all, and does it keep to itself". Versions are compared with what the distribution
declares and, in a checkout, with its lock.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines import TELEMETRY_OFF, warehouse
from pipelines.doctor.diagnoses import NOTE, OK, Diagnosis, judged
from pipelines.protection_at_rest import encryption_state, is_on_encrypted_disk
from pipelines.resources import PACKAGE, reference_file

LOWEST_PYTHON, FIRST_UNTRIED_PYTHON = (3, 11), (3, 15)
ZONE = "Europe/London"
# Letters of the briefs: the file, and how a file of its kind begins.
FONTS = {
    "caseload-sans-400.ttf": b"\x00\x01\x00\x00",
    "caseload-sans-600.ttf": b"\x00\x01\x00\x00",
    "caseload-sans-400.woff2": b"wOF2",
    "caseload-sans-600.woff2": b"wOF2",
}
INSTALL_AGAIN = "Install the product again with the locked versions: make env."


def python() -> Diagnosis:
    """Is this Python one that the product was made for?"""
    is_fit = LOWEST_PYTHON <= sys.version_info[:2] < FIRST_UNTRIED_PYTHON
    problems = [] if is_fit else [f"{platform.python_version()} is not from 3.11 to 3.14"]
    return judged("Python", problems, well=platform.python_version(), to_do="Use Python 3.11 to 3.14.")


def packages() -> Diagnosis:
    """Is every package within the bounds that the distribution declares?"""
    from packaging.requirements import Requirement

    try:
        declared = [Requirement(line) for line in requires("caseload") or []]
    except PackageNotFoundError:
        said = "the product is not installed as a package, so nothing says which versions it needs"
        return Diagnosis("packages", NOTE, said, INSTALL_AGAIN)
    needed = [each for each in declared if each.marker is None or each.marker.evaluate({"extra": ""})]
    problems = []
    for each in needed:
        found = _installed(each.name)
        if found is None:
            problems.append(f"{each.name} is missing")
        elif not each.specifier.contains(found, prereleases=True):
            problems.append(f"{each.name} is {found} and must be {each.specifier}")
    return judged("packages", problems, well=f"{len(needed)} packages are as declared", to_do=INSTALL_AGAIN)


def locked_versions() -> Diagnosis:
    """Are the installed versions those of the lock? Others may work; they are not what was tried."""
    path = PACKAGE.parent / "requirements.lock"
    if not path.is_file():
        return Diagnosis("locked versions", OK, "there is no lock beside an installed package")
    pinned = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", path.read_text("utf-8"), flags=re.MULTILINE))
    installed = {name: _installed(name) for name in pinned}
    differ = {name: found for name, found in installed.items() if found and found != pinned[name]}
    problems = [f"{name} is {found}, locked is {pinned[name]}" for name, found in differ.items()]
    return judged("locked versions", problems, well="all as locked", to_do=INSTALL_AGAIN, state=NOTE)


def telemetry(variables: Mapping[str, str]) -> Diagnosis:
    """Is every switch off that would let a package call home?"""
    problems = [f"{name} is on" for name, value in TELEMETRY_OFF.items() if variables.get(name) != value]
    to_do = "Something changed the environment after the product was loaded. Find out what, and take it out."
    return judged("telemetry", problems, well=f"{len(TELEMETRY_OFF)} switches are off", to_do=to_do)


def extensions() -> Diagnosis:
    """Does DuckDB fetch nothing by itself?"""
    names = ("autoinstall_known_extensions", "autoload_known_extensions")
    with warehouse.connect(Path(":memory:")) as connection:
        on = [name for name in names if connection.execute("select current_setting(?)", [name]).fetchone() != (False,)]
    to_do = "This version of the product is not whole. Install it again."
    problems = [f"{name} is on" for name in on]
    return judged("DuckDB extensions", problems, well="none is fetched or loaded by itself", to_do=to_do)


def encryption(folder: Path) -> Diagnosis:
    """Is what lies on the disk encrypted, by DuckDB or by the disk?

    Args:
        folder: whose disk to look at.
    """
    place = folder if folder.is_dir() else None
    if place and is_on_encrypted_disk(place):
        return Diagnosis("encryption", OK, encryption_state(place))
    return Diagnosis("encryption", NOTE, encryption_state(place), "docs/security.md tells how a disk is encrypted.")


def fonts() -> Diagnosis:
    """Are the letters of pages, PDF files and charts there and whole?"""
    return judged("fonts", _broken_fonts(), well="those of pages, PDF and charts are there", to_do=INSTALL_AGAIN)


def _broken_fonts() -> Iterator[str]:
    for name, beginning in FONTS.items():
        path = reference_file("fonts", name)
        if not path.is_file():
            yield f"{name} is missing"
        elif not path.read_bytes().startswith(beginning):
            yield f"{name} is damaged"


def browser() -> Diagnosis:
    """PDF files and charts are made without a browser."""
    return Diagnosis("browser", OK, "none is needed: PDF and charts are made without one")


def time_zone() -> Diagnosis:
    """Are the rules of British time there, by which schedules run?"""
    try:
        ZoneInfo(ZONE)
        problems = []
    except ZoneInfoNotFoundError:
        problems = [f"the rules of {ZONE} are missing"]
    return judged("time zone", problems, well=f"{ZONE} is known", to_do="Install the package tzdata.")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
