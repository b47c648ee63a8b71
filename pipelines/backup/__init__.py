"""Backups of a whole workspace: one encrypted file, read back before it counts, and the way back from it.

Answers "what is in a backup", "who can open it" and "is it whole". The file is a tar archive in the age format
(age-encryption.org/v1): with its key any age program opens it, without this product.
"""

from __future__ import annotations

from pipelines.backup.key import BackupKey, find_key, make_key
from pipelines.backup.making import Made, make_backup
from pipelines.backup.restoring import Restored, restore_backup, verify_backup
from pipelines.backup.telling import key_text, made_text, restored_text, verified_text

__all__ = [
    "BackupKey",
    "Made",
    "Restored",
    "find_key",
    "key_text",
    "made_text",
    "make_backup",
    "make_key",
    "restore_backup",
    "restored_text",
    "verified_text",
    "verify_backup",
]
