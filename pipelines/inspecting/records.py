"""Whether the rows of a file are cases or enquiries.

Answers "is this a log of enquiries". Its headings have to say so, and a column has to say how enquiries were answered;
everything else is a file of cases.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.ingest.fields import CASES, ENQUIRIES, RESPONSE, fields
from pipelines.inspecting.book import book, heading_words
from pipelines.inspecting.scoring import Candidate
from pipelines.inspecting.survey import Survey


def of_these_records(candidates: Sequence[Candidate], survey: Survey) -> list[Candidate]:
    """Leave out the fields that rows of this kind do not have.

    Args:
        candidates: what each column could be.
        survey: what the file holds.
    """
    records = _records_of(candidates, survey)
    return [each for each in candidates if records in fields()[each.field].records]


def _records_of(candidates: Sequence[Candidate], survey: Survey) -> str:
    named = {word for column in survey.columns for word in heading_words(column.heading)}
    has_response = any(each.field == RESPONSE for each in candidates)
    return ENQUIRIES if has_response and named & book().enquiries else CASES
