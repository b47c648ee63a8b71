"""The report of a run for people: what happened and what to do first, and everything that can be looked up."""

from __future__ import annotations

from workspaces import Workspace

from pipelines import errors
from pipelines.errors import CaseloadError
from pipelines.history import RunSummary, read_runs
from pipelines.run_words import run_words


def runs_of(workspace: Workspace) -> list[RunSummary]:
    return read_runs(workspace.folder / "outputs" / "internal")


def page_of(workspace: Workspace, place: int) -> str:
    return (runs_of(workspace)[place].folder / "report.html").read_text(encoding="utf-8")


def test_the_report_says_first_what_happened_and_what_to_do(ran: Workspace) -> None:
    page = page_of(ran, 2)
    order = [page.index(f'<h2 id="{name}"') for name in ("main", "next", "editions", "rows", "rules", "stages")]
    assert order == sorted(order)
    assert "2026-Q3: edition 1 stands." in page
    assert "rows with a word for gender that nobody has explained" in page
    assert "harbour/2026-10.csv" in page
    assert "Wmoan" not in page
    assert "15 of 15 rules are met." in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_report_of_a_failed_run_says_what_failed_and_what_to_do(ran: Workspace) -> None:
    page = page_of(ran, 3)
    assert "Failed: a file cannot be read (exit code 11)" in page
    assert "Read new files of the inbox" in page
    assert "2026-11.csv" in page
    assert "Ask for the file again" in page


def test_every_file_of_the_report_adds_up_and_links_lead_somewhere(ran: Workspace) -> None:
    run = runs_of(ran)[2]
    page = page_of(ran, 2)
    assert page.count(">yes</td>") == 3 + 3 + 2  # three files; three lines by source; a sum for each source
    assert ">no</td>" not in page
    assert page_of(ran, 1).count(">yes</td>") == 2 + 3 + 2  # of a check as well
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    files = [link for link in links if not link.startswith("#")]
    assert len(files) > 10
    assert [link for link in files if not (run.folder / link).is_file()] == []


def test_the_words_know_every_exit_code() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CaseloadError)]
    assert {str(kind.exit_code) for kind in kinds} | {"0", "1", "130"} <= set(run_words()["exit_codes"])


def test_statistics_that_are_the_same_are_kept_once(ran: Workspace) -> None:
    """Late cases of a published quarter wait, so that the statistics of it stay what they were."""
    first, _, again, _ = runs_of(ran)
    assert first.content["statistics"] == again.content["statistics"] == {"2026-Q3": first.run}
    assert not (again.folder / "statistics").exists()
    assert f"../{first.run}/statistics/2026-Q3/trends.csv" in page_of(ran, 2)
