"""Advice types that a network added: families of their own, and what a law centre knows is put beside them."""

from __future__ import annotations

from workspaces import Workspace, make_rows


def test_a_network_whose_clients_need_only_its_own_advice_types_gets_its_brief(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", "[sources.riverside]", '[advice_types]\nPOND = "Pond law"\n\n[sources.riverside]')
    workspace.edit("profiles/export.toml", '"Benefits" = "BEN"', '"Benefits" = "BEN"\n"Pond" = "POND"')
    (workspace.folder / "inbox/harbour/2026-Q3.csv").unlink()
    workspace.put("2026-Q3.csv", make_rows(60, advice_type="Pond"))
    workspace.run()
    told = {row["advice_family_code"]: row["n"] for row in workspace.table("marts.by_age_group_advice").to_dicts()
            if row["age_group_code"] == "_T"}  # fmt: skip
    assert told["POND"] == told["_T"] == 60
