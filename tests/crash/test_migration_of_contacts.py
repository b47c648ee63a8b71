"""A warehouse from before first contacts, reasons and channels were kept is brought up; what it published stands."""

from __future__ import annotations

from workspaces import Workspace

from pipelines import freezing, warehouse

NEW = {
    "raw.records": ("first_contact", "stall_reason", "channel"),
    "raw.published_cases": ("first_contact_on", "time_to_opening_code", "is_still_open", "channel_code"),
}


def make_older(workspace: Workspace) -> None:
    """Give a warehouse the shape that it had before these columns."""
    with warehouse.connect(workspace.database) as connection:
        for table, columns in NEW.items():
            for column in columns:
                connection.execute(f"alter table {table} drop column {column}")
        connection.execute("drop table raw.published_case_stall_reasons")
        connection.execute("update raw.shape set shape_version = 2")


def test_records_and_published_cases_stay_and_nothing_of_them_is_known(published: Workspace) -> None:
    tables = {name: published.table(name).drop(columns) for name, columns in NEW.items()}
    before = {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")}
    make_older(published)
    report = published.run()
    assert (report.refreshed.n_files_read, report.published[0].is_new) == (0, False)
    for name, columns in NEW.items():
        found = published.table(name)
        key = found.columns[0]
        assert found.drop(columns).sort(key).equals(tables[name].sort(key))
        assert all(found[column].null_count() == found.height for column in columns)
    assert published.table("raw.published_case_stall_reasons").is_empty()
    assert {path: digest for path, digest in published.snapshot().items() if path.startswith("outputs")} == before
    assert set(freezing.waiting_changes(published.database).values()) == {0}
