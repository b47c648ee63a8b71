"""What the product is built on: licences that allow its use, and no vulnerability that is known and not looked at.

Licences are read from the metadata of what is installed. Vulnerabilities are asked of a public database by `pip-audit`,
which needs the internet; where it cannot be asked, the test says so and is skipped, never passed.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import checks
import pytest
from checks import ROOT

LOCK = ROOT / "requirements.lock"
LICENCES = checks.read_data("licences.toml")
ACCEPTED: Mapping[str, Any] = checks.read_data("accepted_vulnerabilities.toml")["accepted"]
# `make vulnerabilities` puts the tool into an environment of its own: it is no part of the product.
TOOL = ROOT / "build" / "audit-tools" / "bin" / "pip-audit"
ANSWERS_WITHIN = 300


def locked() -> list[str]:
    return re.findall(r"^([a-z0-9._-]+)==", LOCK.read_text("utf-8"), flags=re.MULTILINE)


def licence_of(name: str, metadata: Mapping[str, Any], classifiers: list[str]) -> str:
    """Give the licence of a package as an SPDX expression, or what it says where nobody has explained that."""
    if name in LICENCES["packages"]:
        return str(LICENCES["packages"][name]["licence"])
    if metadata.get("License-Expression"):
        return str(metadata["License-Expression"])
    said = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License ::")]
    said = [text for text in said if text != "OSI Approved"] or [str(metadata.get("License") or "").strip()]
    return " AND ".join(LICENCES["words"].get(text, text or "nothing") for text in dict.fromkeys(said))


def is_allowed(expression: str) -> bool:
    """Tell whether every licence that must be kept is allowed; of those to choose from, one is enough."""
    parts = (part.strip(" ()").split(" OR ") for part in expression.split(" AND "))
    return all(any(name.strip() in LICENCES["allowed"] for name in part) for part in parts)


def test_every_locked_package_may_be_used():
    wrong = {}
    for name in locked():
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system
        licence = licence_of(name, metadata, metadata.get_all("Classifier") or [])
        if not is_allowed(licence):
            wrong[name] = licence
    assert wrong == {}, "look at the licence, and write what you found into tests/rules/licences.toml"


@pytest.mark.parametrize(
    ("metadata", "classifiers", "is_fine"),
    [
        ({"License-Expression": "MIT"}, [], True),
        ({"License-Expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"}, [], True),
        ({"License-Expression": "GPL-3.0-only OR MIT"}, [], True),
        ({"License-Expression": "MIT AND GPL-3.0-only"}, [], False),
        ({"License-Expression": "AGPL-3.0-only"}, [], False),
        ({}, ["License :: OSI Approved :: MIT License", "Topic :: Database"], True),
        ({}, ["License :: OSI Approved", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], False),
        ({"License": "Apache 2.0"}, [], True),
        ({"License": "you may look at it"}, [], False),
        ({}, [], False),
    ],
)
def test_a_licence_that_nobody_allowed_is_seen(metadata: dict[str, str], classifiers: list[str], is_fine: bool):
    assert is_allowed(licence_of("some-package", metadata, classifiers)) is is_fine


def judged(told: Mapping[str, Any], accepted: Mapping[str, Any], today: date) -> tuple[list[str], list[str]]:
    """Give the vulnerabilities that nobody has accepted, and the packages that could not be looked up."""
    found, unknown = [], []
    for package in told["dependencies"]:
        if "skip_reason" in package or "vulns" not in package:
            unknown.append(package["name"])
            continue
        for each in package["vulns"]:
            names = {each["id"], *each.get("aliases", [])}
            known = [accepted[name] for name in names if name in accepted]
            if not any(entry["package"] == package["name"] and entry["until"] >= today for entry in known):
                fixed = ", ".join(each.get("fix_versions", [])) or "no version"
                found.append(f"{package['name']} {package['version']}: {each['id']}, mended in {fixed}")
    return found, unknown


@pytest.mark.slow
def test_no_locked_package_has_a_known_vulnerability(tmp_path: Path):
    tool = str(TOOL) if TOOL.is_file() else shutil.which("pip-audit")
    if not tool:
        pytest.skip("vulnerabilities were NOT checked: pip-audit is not installed (make vulnerabilities installs it)")
    report = tmp_path / "report.json"
    command = [
        tool,
        "--requirement",
        str(LOCK),
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
        "--output",
        str(report),
    ]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"],
            capture_output=True, text=True, check=False, timeout=ANSWERS_WITHIN,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip("vulnerabilities were NOT checked: the database did not answer in time")
    if not report.is_file():
        pytest.skip(f"vulnerabilities were NOT checked: pip-audit ended with {done.returncode} and no report")
    told = json.loads(report.read_text("utf-8"))
    found, unknown = judged(told, ACCEPTED, datetime.now(UTC).date())
    assert found == [], (
        "update the package, or write into tests/rules/accepted_vulnerabilities.toml why it does no harm"
    )
    if unknown:
        pytest.skip(f"vulnerabilities of {len(unknown)} of {len(told['dependencies'])} packages were NOT checked: the "
                    "database does not know them, or cannot be reached")  # fmt: skip


def test_a_vulnerability_is_seen_and_accepted_only_for_its_package_and_time():
    flaw = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"], "description": "bad"}
    told = {
        "dependencies": [{"name": "a", "version": "1", "vulns": [flaw]}, {"name": "b", "version": "1", "vulns": []}]
    }
    today = date(2026, 12, 1)
    until = {"package": "a", "until": date(2026, 12, 1)}
    assert judged(told, {}, today) == (["a 1: PYSEC-1, mended in 2"], [])
    assert judged(told, {"CVE-1": until}, today) == ([], [])
    assert judged(told, {"PYSEC-1": until | {"package": "b"}}, today)[0]
    assert judged(told, {"PYSEC-1": until | {"until": date(2026, 11, 30)}}, today)[0]


def test_a_package_that_was_not_looked_up_is_not_a_safe_one():
    """The tool itself ends with "No known vulnerabilities found" when its database knows none of the packages."""
    told = {"dependencies": [{"name": "a", "skip_reason": "Dependency not found"}]}
    assert judged(told, {}, date(2026, 12, 1)) == ([], ["a"])


def test_what_was_accepted_names_who_looked_and_until_when():
    for entry in ACCEPTED.values():
        assert set(entry) == {"package", "by", "why", "until"}
        assert isinstance(entry["until"], date)
