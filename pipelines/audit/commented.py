"""The comments on a page: is each what somebody said, under their name, and beside the finding that it is about?

Answers "does a comment stand where its speaker put it". The manifest lists every comment; words, name, day and place
of each on a page are held against it, and a comment that it does not list has no place on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.audit.markup import Element
from pipelines.audit.paper_words import plain
from pipelines.audit.reading import Release
from pipelines.audit.written import day_text

_COMMENT, _QUOTED, _SAID_BY = "comment", "blockquote", "figcaption"


def comment_problems(release: Release, path: str, page: Element, *, is_english: bool) -> Iterator[str]:
    """Name what is wrong with the comments of a brief.

    Args:
        release: its manifest lists comments and findings.
        path: of the page.
        page: one of the release's briefs.
        is_english: days are written in English.
    """
    listed = [each for each in release.manifest.get("comments") or () if isinstance(each, dict)]
    statements = {
        str(each.get("finding_id")): str(each.get("statement")) for each in release.manifest.get("findings") or ()
    }
    shown = [each for each in page.all("figure") if _COMMENT in each.classes]
    left = list(listed)
    for figure in shown:
        found = next((each for each in left if _is(figure, each, is_english=is_english)), None)
        if found is None:
            yield f"{path} has a comment that manifest.json does not list. Release the edition again."
            continue
        left.remove(found)
        statement = statements.get(str(found.get("about")))
        if statement is not None and plain(_above(figure)) != plain(statement):
            yield f"{path} has a comment that does not stand beside its finding. Release the edition again."
    if left:
        yield f"{path} leaves out a comment. Release the edition again."


def _is(figure: Element, comment: Mapping[str, Any], *, is_english: bool) -> bool:
    """Tell whether a figure is one comment: its paragraphs, then who said it, and when."""
    told = [plain(each.text) for quoted in figure.all(_QUOTED) for each in quoted.all("p")]
    day = day_text(comment.get("said_on")) if is_english else ""
    who = f"{comment.get('said_by')}, {day}" if day else str(comment.get("said_by"))
    captions = [plain(each.text) for each in figure.all(_SAID_BY)]
    is_who = len(captions) == 1 and captions[0].startswith(plain(who))
    return told == [plain(str(text)) for text in comment.get("paragraphs") or ()] and is_who


def _above(figure: Element) -> str:
    """Give the text right above a comment, passing over other comments on the same."""
    around = figure.parent.children if figure.parent else []
    above = [each for each in around[: _place(figure, around)] if isinstance(each, Element)]
    texts = [each.text for each in above if _COMMENT not in each.classes]
    return texts[-1] if texts else ""


def _place(figure: Element, around: list[Element | str]) -> int:
    return next(at for at, each in enumerate(around) if each is figure)
