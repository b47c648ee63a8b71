"""A workspace in which every cell is a planted value, and a search for them through everything a machine keeps.

All planted values begin alike, so one search finds any of them; dates are written as no page of the product writes
them. Archives and packed streams are opened before they are searched.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import workspaces
from workspaces import HARBOUR, Rows, Workspace, make_rows

ROOT = Path(__file__).parents[1]
# Long enough not to stand in packed bytes by chance.
MARK, FILE_MARK = "zqxjvkq", "zqfjvkq"
WORDS = {
    "gender": {"F": f"{MARK}woman", "M": f"{MARK}man"},
    "nationality": {"PL": f"{MARK}poland", "RO": f"{MARK}romania", "IT": f"{MARK}italy"},
    "advice_type": {"HOU": f"{MARK}roof", "BEN": f"{MARK}allowance", "EUSS_SETTLED": f"{MARK}status"},
    "client_role": {"MAIN": f"{MARK}self", "FAMILY": f"{MARK}kin"},
    "age": {"25-34": f"{MARK}young", "55+": f"{MARK}elder"},
}
FLOWS = """
import shutil, sys
from pathlib import Path
from prefect.testing.utilities import prefect_test_harness

def attempt(flow, *arguments, **named):
    try:
        flow(*arguments, **named)
    except Exception as error:
        print("failed:", type(error).__name__, file=sys.stderr)

with prefect_test_harness(server_startup_timeout=180):
    from pipelines.flows import all_of_it, check_inboxes, publish_edition, refresh_source
    for workspace in sys.argv[2:]:
        attempt(check_inboxes, workspace, as_of="2026-12-15")
        attempt(refresh_source, workspace, ["riverside"], as_of="2026-12-15")
        attempt(publish_edition, workspace, "2026-Q3", as_of="2026-12-15")
        attempt(all_of_it, workspace, as_of="2026-12-15")
    import time
    time.sleep(8)
    import tempfile
    for path in Path(tempfile.gettempdir()).rglob("prefect-test.db*"):
        shutil.copy(path, Path(sys.argv[1]) / path.name)
"""


def planted_rows(n: int, *, source: str = workspaces.RIVERSIDE, first: int = 1, **overrides: Sequence[str]) -> Rows:
    """Make rows in which every cell is planted, and the ones nobody keeps are planted one by one."""
    numbers = range(first, first + n)
    words: dict[str, Sequence[str]] = {name: tuple(codes.values()) for name, codes in WORDS.items()}
    if source == HARBOUR:
        words.pop("client_role")
        words["age"] = tuple(f"{MARK}band{i % 2}" for i in range(2))
        return make_rows(n, source=source, **{**words, **overrides})
    words |= {
        "case_ref": [f"{MARK}case{i:04}" for i in numbers],
        "client_ref": [f"{MARK}client{i:04}" for i in numbers],
        "notes": [f"{MARK}note{i:04}" for i in numbers],
        "opened": [f"{1 + i % 28:02}/08/2026" for i in numbers],
        "closed": [f"{1 + i % 28:02}/09/2026" for i in numbers],
    }
    return make_rows(n, first=first, **{**words, **overrides})


def write_canary(folder: Path) -> Workspace:
    """Write the workspace: 60 cases of one source and 30 of the other, three of them waiting for their words."""
    made = workspaces.write_workspace(folder)
    made.edit("caseload.toml", "[centres]", "[limits]\nquarantined_share = 0.2\n[centres]")
    for profile in ("export", "sheet"):
        path = made.folder / f"profiles/{profile}.toml"
        text = path.read_text("utf-8").replace('unknown_values = "quarantine"\n', "")
        text = text.replace("[rows]", '[rows]\nunknown_values = "quarantine"')
        for name, codes in WORDS.items():
            if name == "client_role" and profile == "sheet":
                continue
            lines = "".join(f'"{word}" = "{code}"\n' for code, word in codes.items())
            lines += f'"{MARK}band0" = "25-34"\n"{MARK}band1" = "55+"\n' if name == "age" else ""
            heading = f"[values.{name}]\n"
            text = text.replace(heading, heading + lines) if heading in text else f"{text}\n{heading}{lines}"
        path.write_text(text, encoding="utf-8")
    for source in made.settings.sources:
        (made.folder / "inbox" / source / "2026-Q3.csv").unlink()
    unknown = planted_rows(3, first=901, gender=(f"{MARK}unexplained",))
    made.put(f"{FILE_MARK}.csv", [*planted_rows(60), *unknown])
    made.put(f"{FILE_MARK}.csv", planted_rows(30, source=HARBOUR), source=HARBOUR)
    return made


@dataclass
class Watch:
    """A machine on which every place that a process may write to is watched: home, temporary files, both screens."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    n_commands: int = 0

    def __post_init__(self) -> None:
        for name in ("home", "tmp", "screens", "kept"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def run(self, *arguments: str, code: int | None = None, typed: str = "") -> str:
        """Run a command of the product in a process of its own; its screens are kept among what is searched."""
        return self.python("-m", "pipelines", *arguments, code=code, typed=typed)

    def python(self, *arguments: str, code: int | None = None, typed: str = "") -> str:
        """Run Python with the watched places."""
        places = {name: str(self.folder / "tmp") for name in ("TMPDIR", "TEMP", "TMP")}
        home = str(self.folder / "home")
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": home,
            "PREFECT_HOME": f"{home}/prefect",
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder / "home",
            env=environment | places | self.variables,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert code is None or done.returncode == code, done.stderr
        self.n_commands += 1
        (self.folder / "screens" / f"{self.n_commands:02}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        return done.stdout + done.stderr


@dataclass
class Found:
    """What a search looked at, and the places in which a planted value stood."""

    n_files: int = 0
    n_bytes: int = 0
    places: list[str] = field(default_factory=list)


def search(folders: Sequence[Path], pattern: re.Pattern[bytes], *, left_out: Sequence[Path] = ()) -> Found:
    """Search every file of folders, and what is packed in it, for planted values.

    Args:
        folders: where to look.
        pattern: what planted values look like.
        left_out: where they belong.
    """
    found = Found()
    paths = [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()
    ]
    for path in (path for path in paths if not any(path.is_relative_to(each) for each in left_out)):
        found.n_files += 1
        for name, content in unpacked(str(path), path.read_bytes()):
            found.n_bytes += len(content)
            # Some formats write two bytes a letter.
            if pattern.search(content.lower()) or pattern.search(content.replace(b"\0", b"").lower()):
                found.places.append(name)
    return found


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give a file and everything packed in it: members of archives, and packed streams of a PDF."""
    yield name, content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from unpacked(f"{name}!{member}", archive.read(member))
    if content.startswith(b"%PDF"):
        for number, stream in enumerate(re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)):
            try:
                yield f"{name}!{number}", zlib.decompress(stream[1].rstrip(b"\r\n"))
            except zlib.error:
                continue


def planted() -> re.Pattern[bytes]:
    """Give what every planted value of a record looks like."""
    return re.compile(rf"{MARK}|\b\d\d/0[89]/2026\b".encode())


def n_planted(workspace: Workspace) -> int:
    """Count the different planted values of the inbox."""
    texts = [path.read_bytes().decode("utf-8") for path in (workspace.folder / "inbox").rglob("*.csv")]
    return len(
        {cell for text in texts for cell in re.split(r"[,;\n]", text) if re.search(planted().pattern.decode(), cell)}
    )
