"""The words of pages: does a page name the right edition, and does it say anything that nothing else says?

Answers "would a changed word on a page be seen". What the manifest holds stands in the brief; a page that has no PDF
beside it says nothing but words of the other files and of the packaged wording; a translation cites the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.audit.bars import bar_problems
from pipelines.audit.commented import comment_problems
from pipelines.audit.markup import Element, Passage
from pipelines.audit.paper_words import PAGE, plain
from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.policy import scores_of
from pipelines.audit.reading import Release
from pipelines.audit.wordings import is_worded
from pipelines.audit.written import day_text
from pipelines.codelists import TOTAL

_ENGLISH = "en"
# Elements whose text is one name or title: it is known as a whole or made of known parts, never of single words.
_LANGUAGE = "lang"
Told = Mapping[str, Sequence[Passage]]


def page_word_problems(release: Release, pages: Mapping[str, Element], told: Told) -> Iterator[str]:
    """Name every page that says something which nothing else in the release says, or leaves out what it must say.

    Args:
        release: the release.
        pages: its pages, by path.
        told: the passages of each, without drawings.
    """
    if PAGE in pages:
        yield from _edition(release, told[PAGE])
    for path, page in pages.items():
        if f"{path.removesuffix('.html')}.pdf" not in release.files and path != PAGE:
            yield from _alone(release, path, told)
        if path.startswith("brief.") and path != PAGE and PAGE in pages:
            yield from _translation(path, told)
        if path.startswith("brief."):
            yield from comment_problems(release, path, page, is_english=is_english(page))
        yield from bar_problems(path, page)
        yield from _moving_about(path, page, known=Phrases(*packaged(), is_open=not release.is_ours))


def is_english(page: Element) -> bool:
    """Tell whether a page is in English, so that labels stand in it as the manifest has them."""
    return all(each.named.get(_LANGUAGE, _ENGLISH).startswith(_ENGLISH) for each in page.all("html"))


def strings(value: Any) -> Iterator[str]:
    """Give every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from strings(each)


def _edition(release: Release, told: Sequence[Passage]) -> Iterator[str]:
    """What the manifest says of the edition, and what people wrote, stands in the page."""
    page, manifest = plain(" ".join(each.text for each in told)), release.manifest
    if "title" not in manifest:
        return
    facts = [manifest.get(name) for name in ("network", "title", "period_label", "centre_name")]
    facts += [manifest.get("disclosure", {}).get("statement"), day_text(manifest.get("published_on"))]
    facts += [f"Edition {manifest.get('edition')}", manifest.get("product", {}).get("version")]
    facts += [*str(manifest.get("about") or "").split("\n\n"), *(manifest.get("notes") or ())]
    facts += [text for each in manifest.get("comments") or () for text in each.get("paragraphs", ())]
    facts += [each.get("statement") for each in manifest.get("findings") or () if each.get("group") == TOTAL]
    scores = scores_of(release).values()
    facts += [
        told for each in scores for told in (each.get("title"), each.get("address"), day_text(each.get("read_on")))
    ]
    facts += [each.get(name) for each in manifest.get("benchmarks") or () for name in ("title", "caveat")]
    if not all(plain(str(fact)).casefold() in page.casefold() for fact in facts if fact):
        yield f"{PAGE} names another edition, or says less, than manifest.json. Release the edition again."


def _alone(release: Release, path: str, told: Told) -> Iterator[str]:
    """A page of which there is one copy."""
    whole, pieces = packaged()
    others = [each.text for name, lines in told.items() if name != path for each in lines]
    phrases = Phrases([*others, *strings(release.manifest), *whole], pieces, is_open=not release.is_ours)
    for passage in told[path]:
        if release.is_ours and not is_worded(passage.marked, phrases):
            yield f"{path} has words that stand nowhere else, in “{_place(passage)}”. Release the edition again."


def _moving_about(path: str, page: Element, *, known: Phrases) -> Iterator[str]:
    """Words for moving about are those of the heading or the table that they lead to; the rest is packaged."""
    heads = {each.named["id"]: each for each in page.walk() if "id" in each.named}
    for link in (each for nav in page.all("nav") for each in nav.all("a")):
        target = heads.get(link.named.get("href", "").removeprefix("#"))
        if link.named.get("href", "").startswith("#") and (target is None or not _leads_to(link, target)):
            yield f"{path} has contents that name other headings than it has. Release the edition again."
    for fold in page.all("details"):
        summary, captions = fold.all("summary"), fold.all("caption")
        if captions and not all(plain(each.text).endswith(plain(captions[0].text)) for each in summary):
            yield f"{path} calls a table that is folded something else. Release the edition again."
    # What describes a chart is held against the PDF; the figures in it are traced.
    asides = [each for each in page.walk() if each.classes & {"skip", "unseen"} and not each.all("data", "svg")]
    texts = [each.text for each in asides] if is_english(page) else []
    texts += [each.text.partition(":")[0] for each in page.all("summary")] if is_english(page) else []
    if not all(map(known.knows, texts)) or page.has_unseen_signs:
        yield f"{path} has words for moving about that nobody wrote. Release the edition again."


def _leads_to(link: Element, target: Element) -> bool:
    heads = target.all("h1", "h2", "h3", "h4", "h5")
    return bool(heads) and plain(heads[0].text) == plain(link.text)


def _place(passage: Passage) -> str:
    """Name the part of a page that a passage stands in."""
    for around in passage.block.up():
        heads = [each.text for each in around.children if isinstance(each, Element) and each.tag in {"h1", "h2", "h3"}]
        if heads:
            return heads[0]
    return passage.block.tag


def _translation(path: str, told: Told) -> Iterator[str]:
    """A translation cites what the brief cites, each figure as often."""
    cited = [Counter(ref for each in told[name] for ref, _ in each.cited) for name in (path, PAGE)]
    if cited[0] != cited[1]:
        yield f"{path} cites other figures than {PAGE}. Release the edition again."
