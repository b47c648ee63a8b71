"""What is in the repository: no machine's path, nothing large, a lock with hashes, commands that exist."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import checks
import pytest
import yaml
from checks import ROOT
from packaging.requirements import Requirement

TOP_LEVEL = {
    *("pyproject.toml", "pipelines", "sql", "expectations", "notebooks", "outputs", "tests"),
    *("README.md", "CHANGELOG.md", "DECISIONS.md", "LICENSE", "Makefile", "prefect.yaml", "requirements.lock"),
    *("docs", ".ci", ".gitignore", ".gitattributes", ".editorconfig"),
}
LOCK = ROOT / "requirements.lock"
# The set of versions that was run together; a change is a decision, not an accident.
RUN_TOGETHER = {
    "duckdb": "2.0.0",
    "duckdb-engine": "0.17.0",
    "fastapi": "0.150.0",
    "great-expectations": "1.24.1",
    "polars": "2.1.0",
    "prefect": "3.8.8",
    # With 2.1 the scheduler of Prefect 3.8.8 plans no run.
    "sqlalchemy": "2.0.58",
}


def tracked_files() -> list[Path]:
    """Give the files that are committed, or would be by `git add .`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file()]


def pages() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def locked() -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", LOCK.read_text("utf-8"), flags=re.MULTILINE))


def test_only_agreed_names_at_the_top():
    assert {path.relative_to(ROOT).parts[0] for path in tracked_files()} <= TOP_LEVEL


def test_no_file_is_large():
    assert [path.name for path in tracked_files() if path.stat().st_size > checks.MOST_BYTES] == []


def test_no_file_names_a_machine():
    problems = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        problems += checks.names_a_machine(path.relative_to(ROOT).as_posix(), text)
    assert problems == []


@pytest.mark.parametrize("name", ["home/ann/x", "work/main", "tmp/x", "Users/ann", "root/.cache"])
def test_a_machine_path_is_seen(name: str):
    assert checks.names_a_machine("f", f'open("{"/" + name}")')
    assert checks.names_a_machine("f", f"see https://example.org/{name} and outputs/{name}") == []


def test_a_registry_host_is_seen():
    assert checks.names_a_machine("f", "--index-url https://" + ".".join(["pypi", "org"]))


def test_the_lock_is_pinned_with_hashes_and_names_no_place():
    assert checks.wrong_lock(LOCK.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "polars==2.1.0\n",
        "polars>=2.1 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "--find-links wheels\n",
        "polars @ file:wheels/polars.whl --hash=sha256:" + "0" * 64 + "\n",
    ],
)
def test_a_wrong_lock_is_seen(text: str):
    assert checks.wrong_lock(text)


def test_the_lock_holds_what_the_package_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extra = project["project"]["optional-dependencies"]["dev"]
    asked = [*project["project"]["dependencies"], *extra, *project["build-system"]["requires"]]
    versions = locked()
    wrong = [text for text in asked if not _is_met(Requirement(text), versions)]
    assert wrong == [], "run make lock"


def _is_met(asked: Requirement, versions: dict[str, str]) -> bool:
    return asked.specifier.contains(versions.get(asked.name.lower(), "0"))


def test_the_lock_holds_the_set_that_was_run_together():
    assert {name: locked()[name] for name in RUN_TOGETHER} == RUN_TOGETHER


@cache
def caseload_help(*command: str) -> str | None:
    """Give the help of a subcommand, or None when there is none."""
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))


def wrong_command(words: list[str]) -> str | None:
    """Say what is wrong with a command that a page shows; None when it exists with all its options."""
    if words[0] == "make":
        targets = [word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)]
        return None if set(targets) <= make_targets() else f"no such target: {' '.join(words)}"
    names = [word for word in words[1:] if re.fullmatch(r"[a-z]+", word)][:1]
    text = caseload_help(*names)
    if text is None:
        return f"no such command: {' '.join(words)}"
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    known = text + (caseload_help() or "")
    return next((f"no option {option}: {' '.join(words)}" for option in sorted(options) if option not in known), None)


def test_the_readme_shows_commands():
    assert checks.shell_commands((ROOT / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_on_pages_exist(page: Path):
    words = checks.shell_commands(page.read_text("utf-8"))
    assert [problem for command in words if (problem := wrong_command(command))] == []


def test_a_command_that_does_not_exist_is_seen():
    page = "```sh\n$ make nothing  # never\ncaseload fly --high\n```\nand `caseload run --backwards`, `make brief`"
    commands = checks.shell_commands(page)
    assert [words[:2] for words in commands] == [
        ["make", "nothing"],
        ["caseload", "fly"],
        ["caseload", "run"],
        ["make", "brief"],
    ]
    assert [wrong_command(words) is None for words in commands] == [False, False, False, True]


DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_deployment_leads_to_a_flow_that_takes_its_parameters(deployment: dict):
    from prefect import Flow
    from prefect.client.schemas.schedules import CronSchedule

    module, _, name = deployment["entrypoint"].rpartition(".")
    flow = getattr(importlib.import_module(module), name)
    assert isinstance(flow, Flow)
    inspect.signature(flow.fn).bind(**deployment["parameters"])
    assert deployment["concurrency_limit"]["limit"] == 1
    for schedule in deployment["schedules"]:
        assert CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"]).timezone == "Europe/London"


def test_prefect_itself_accepts_the_deployments():
    from prefect.cli.deploy._models import PrefectYamlModel

    model = PrefectYamlModel.model_validate(yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8")))
    names = [deployment.name for deployment in model.deployments]
    assert names == ["check-inboxes", "refresh-source", "publish-edition", "all-of-it"]
