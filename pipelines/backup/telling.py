"""What `caseload backup` and `caseload restore` tell a person."""

from __future__ import annotations

from pathlib import Path

from pipelines.accounting import totals
from pipelines.backup.key import BackupKey
from pipelines.backup.making import Made
from pipelines.backup.manifest import Manifest
from pipelines.backup.restoring import Restored
from pipelines.errors import counted


def key_text(path: Path, key: BackupKey) -> str:
    """Say what a new key is for, and what its loss means; the key itself is never shown."""
    return "\n".join(
        [
            f"Backup key made: {path} (public half: {key.public})",
            "Without this key nobody can open a backup: not you, not us. There is no other way in.",
            "Keep a copy of the file in two places apart from this machine and from the backups, such as a password",
            "manager and a printout in a safe. Whoever has the key and a backup can read every record.",
        ]
    )


def made_text(made: Made) -> str:
    """Say where a backup is and what is left to do."""
    lines = [
        f"Backup: {made.file}",
        f"  {counted(made.n_files, 'file')}, {_size(made.n_bytes)}; encrypted {_size(made.size)}; read back and whole.",
        f"  sha256 {made.sha256}",
        "Copy it to another place than this machine, apart from the key.",
    ]
    if made.left_out:
        lines.append(f"Not in it, because they are links or no files: {', '.join(made.left_out)}.")
    return "\n".join(lines)


def verified_text(file: Path, manifest: Manifest) -> str:
    """Say that a backup is whole."""
    return f"{file} is whole: {_what(manifest)}. Nothing was written."


def restored_text(restored: Restored) -> str:
    """Say what was restored and what is left to do."""
    states = totals(restored.accounts)
    rows = f"{counted(states['rows_read'], 'row')} in one state each" if restored.accounts else "no warehouse yet"
    return "\n".join(
        [
            f"Restored into {restored.folder}: {_what(restored.manifest)}.",
            f"  Warehouse: {rows}. Ledger: {counted(restored.n_editions, 'edition')}, all that stand on the shelf.",
            f"  {restored.key}",
            "Everything in it is for your user alone. Erase again whoever was erased after the backup was made.",
            f"Next: caseload check --workspace {restored.folder}",
        ]
    )


def _what(manifest: Manifest) -> str:
    return (
        f"network {manifest.network}, {manifest.made_at}, {counted(len(manifest.files), 'file')}, "
        f"{_size(manifest.n_bytes)}"
    )


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1_000_000:,.1f} MB"
