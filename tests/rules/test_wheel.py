"""The wheel works on its own: installed away from the checkout, it makes briefs from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from checks import ROOT


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without network."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in an environment of its own that borrows this one's packages; give its folder of commands.

    The wheel goes in before the packages are borrowed, so that pip does not see the checkout's own installation.
    """
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    borrowed = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (site / "borrowed.pth").write_text("\n".join(borrowed) + "\n", encoding="utf-8")
    return home / "bin"


def test_the_wheel_holds_one_package_with_its_data(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"pipelines", "caseload"}
    for folder in ("sql", "expectations", "reference"):
        there = {path.relative_to(ROOT).as_posix() for path in _data_files(folder)}
        packed = {name.removeprefix("pipelines/") if folder != "reference" else name for name in names}
        assert there, folder
        assert there - packed == set()


def _data_files(folder: str) -> list[Path]:
    base = ROOT / "pipelines" / folder if folder == "reference" else ROOT / folder
    return [path for path in base.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_installed_package_is_not_the_checkout(installed: Path, tmp_path: Path):
    place = run(installed / "python", "-c", "import pipelines; print(pipelines.__file__)", cwd=tmp_path).strip()
    assert not Path(place).is_relative_to(ROOT)


def test_the_installed_command_makes_briefs(installed: Path, tmp_path: Path):
    run(installed / "caseload", "demo", "--out", tmp_path / "demo", "--cases", "1500", cwd=tmp_path)
    release = tmp_path / "demo" / "outputs" / "release"
    audiences = {path.parent.name for path in release.rglob("brief.html") if path.stat().st_size > 10_000}
    assert {"network", "public"} <= audiences
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
