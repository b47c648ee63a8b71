"""The auditor: reads released files alone and says what a reader could work out from them.

It shares no code with the hiding, the rounding or the renderers it tests.
"""

from __future__ import annotations

from pipelines.audit.attacks import FIGURES
from pipelines.audit.insiders import Insiders, Own
from pipelines.audit.report import (
    AuditReport,
    audit,
    audit_command,
    audit_folder,
    file_problems,
    intervals,
    learnt_by_centres,
)

__all__ = [
    "FIGURES",
    "AuditReport",
    "Insiders",
    "Own",
    "audit",
    "audit_command",
    "audit_folder",
    "file_problems",
    "intervals",
    "learnt_by_centres",
]
