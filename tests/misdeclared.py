"""Settings, profiles and keys that cannot be used, as a table like that of `failures.py`."""

from __future__ import annotations

from failures import Failure
from workspaces import Workspace


def _remove_key(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", "[centres]", '[privacy]\nkey_file = "our.key"\n[centres]')


def _bad_key(workspace: Workspace, content: bytes) -> None:
    _remove_key(workspace)
    (workspace.folder / "our.key").write_bytes(content)


DECLARATIONS = [
    Failure(
        "settings are not TOML",
        lambda w: w.edit("caseload.toml", "[centres]", "[centres"),
        10,
        ("caseload.toml is not valid TOML", "line 11", "Correct that line"),
    ),
    Failure(
        "settings are not UTF-8",
        lambda w: (w.folder / "caseload.toml").write_bytes('name = "Café"'.encode("cp1252")),
        10,
        ("caseload.toml is not UTF-8", "Save it again"),
    ),
    Failure(
        "a setting is mistyped",
        lambda w: w.edit("caseload.toml", "[centres]", "[limits]\nquarantined_shar = 0.1\n[centres]"),
        10,
        ("limits.quarantined_shar is not a setting", 'Did you mean "quarantined_share"?'),
    ),
    Failure(
        "several settings are wrong",
        lambda w: w.edit(
            "caseload.toml",
            "[centres]",
            '[privacy]\npublic_threshold = 5\n[periods]\npublish = ["2026 Q3"]\nprovisional_days = "60"\n[limits]\n'
            "quarantined_share = 5\n[centres]",
        ),
        10,
        ("public_threshold", "never set below 10", "periods.publish", "provisional_days", "between 0 and 1"),
    ),
    Failure(
        "published periods overlap each other",
        lambda w: w.edit(
            "caseload.toml", "[centres]", '[periods]\npublish = ["2026-Q2_2026-Q3", "2026-Q3"]\n[centres]'
        ),
        10,
        ("periods.publish", "2026-Q2_2026-Q3", "2026-Q3", "overlap"),
    ),
    Failure(
        "a source names a centre that is not there",
        lambda w: w.edit("caseload.toml", 'centre = "harbour"', 'centre = "harbor"'),
        10,
        ('sources.harbour.centre: "harbor" is not listed under [centres]', 'Did you mean "harbour"?'),
    ),
    Failure(
        "a source names no centre",
        lambda w: w.edit("caseload.toml", 'centre = "harbour"\n', ""),
        10,
        ("[sources.harbour]", "name the centre", "sheet.toml"),
    ),
    Failure(
        "there is no workspace",
        lambda w: (w.folder / "caseload.toml").unlink(),
        10,
        ("is not a workspace", "--workspace", "caseload init"),
    ),
    Failure(
        "a profile is missing",
        lambda w: (w.folder / "profiles/sheet.toml").unlink(),
        10,
        ("profiles/sheet.toml does not exist",),
    ),
    Failure(
        "a profile has several problems",
        lambda w: (
            w.edit("profiles/sheet.toml", 'gender = "Gender"', 'gendr = "Gender"'),
            w.edit("profiles/sheet.toml", '"Man" = "M"', '"Man" = "MALE"'),
            w.edit("profiles/sheet.toml", '"YYYY Qn"', '"Qn/YY"'),
        ),
        10,
        (
            "sheet.toml cannot be used",
            'gendr is not a field. Did you mean "gender"?',
            "gender: name its column",
            'values.gender: "MALE" is not a code',
            '"Qn/YY" is not one of',
        ),
    ),
    Failure(
        "two profiles have problems",
        lambda w: (
            w.edit("profiles/sheet.toml", '";"', '";;"'),
            w.edit("profiles/export.toml", 'date = "DD/MM/YYYY"', 'date = "DD/MM/Y"'),
        ),
        10,
        ("sheet.toml", "file.delimiter", "export.toml", '"DD/MM/Y" is not one of'),
    ),
    Failure(
        "two date formats that cannot be told apart",
        lambda w: w.edit("profiles/export.toml", 'date = "DD/MM/YYYY"', 'date = ["DD/MM/YYYY", "MM/DD/YYYY"]'),
        10,
        ("export.toml", "DD/MM/YYYY and MM/DD/YYYY cannot be told apart"),
    ),
    Failure(
        "a map of ages or nationalities leads nowhere",
        lambda w: w.edit(
            "profiles/sheet.toml",
            "[values.gender]",
            '[values.age]\n"Pensioner" = "old"\n[values.nationality]\n"Rest of EU" = "ZZZZ"\n[values.gender]',
        ),
        10,
        ("sheet.toml", 'values.age: "old" cannot be read', 'values.nationality: "ZZZZ" cannot be read'),
    ),
    Failure("the key file is missing", _remove_key, 10, ("our.key", "privacy.key_file", "does not exist")),
    Failure("the key file holds no key", lambda w: _bad_key(w, b"secret"), 10, ("our.key", "64 characters")),
    Failure("the key file is not text", lambda w: _bad_key(w, b"\xff\xfe"), 10, ("our.key", "64 characters")),
]
