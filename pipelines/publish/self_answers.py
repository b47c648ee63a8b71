"""What a law centre says of itself, as its page holds it.

Answers "what did the centre say about this standard, who said it and when".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SelfAnswer:
    """What a law centre says of itself about one standard of practice: its own words, given as they are."""

    standard: str
    title: str
    text: str
    origin: str
    answer: str
    evidence: str
    next_step: str
    said_by: str
    said_on: date
