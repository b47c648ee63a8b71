"""The files of a release beside each other: do they use the same words, labels and drawings?

Answers "would a word that was changed in one file be seen in another". A page is held against the PDF, the workbook,
the drawings, the manifest and the description of the data; what stands in one place alone against the wording.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.audit.area_map import map_drawing_problems
from pipelines.audit.descriptions import description_problems
from pipelines.audit.drawings import drawing_problems
from pipelines.audit.labels import Labels, label_problems
from pipelines.audit.markup import Element, passages, read_markup
from pipelines.audit.page_words import is_english, page_word_problems, strings
from pipelines.audit.paper_words import PAGE, paper_problems
from pipelines.audit.phrases import Phrases, packaged
from pipelines.audit.policy_pages import policy_drawing_problems, policy_page_problems
from pipelines.audit.reading import MANIFEST, Release
from pipelines.audit.workbook import XLSX, workbook_problems


def agreement_problems(release: Release) -> Iterator[str]:
    """Name every place where two files of a release say different things."""
    yield from map(release.problem, dict.fromkeys(_problems(release)))


def _problems(release: Release) -> Iterator[str]:
    pages, drawings = _trees(release, ".html"), _trees(release, ".svg")
    told = {path: list(passages(page, _is_drawing)) for path, page in pages.items()}
    whole, pieces = packaged()
    texts = [each.text for lines in told.values() for each in lines]
    known = [*texts, *strings(release.manifest), *_own_words(release), *whole]
    labels, phrases = Labels(), Phrases(known, pieces, is_open=not release.is_ours)
    labels.add_all(release.manifest.get("labels"), MANIFEST)
    yield from description_problems(release)
    if XLSX in release.files:
        yield from workbook_problems(release, phrases, labels, pages.get(PAGE))
    for path in (path for path, page in pages.items() if is_english(page)):
        yield from label_problems(path, told[path], labels, release.tables)
        yield from policy_page_problems(release, path, pages[path], told[path])
        yield from (each for svg in pages[path].all("svg") for each in map_drawing_problems(release, path, svg))
    for path, drawing in drawings.items():
        for svg in drawing.all("svg"):
            yield from policy_drawing_problems(release, path, svg)
            yield from map_drawing_problems(release, path, svg)
    yield from (*labels.problems, *labels.twice())
    yield from page_word_problems(release, pages, told)
    yield from drawing_problems(pages, drawings)
    for path, page in pages.items():
        paper = release.files.get(f"{path.removesuffix('.html')}.pdf")
        yield from paper_problems(path, page, paper, phrases) if paper is not None else ()


def _own_words(release: Release) -> list[str]:
    """Give the network's own words as they stand at the beginning of a sentence."""
    words = release.manifest.get("words")
    return [word[:1].upper() + word[1:] for word in strings(words)] if isinstance(words, dict) else []


def _trees(release: Release, suffix: str) -> dict[str, Element]:
    found = {}
    for path, data in sorted(release.files.items()):
        if path.endswith(suffix):
            found[path] = read_markup(data.decode("utf-8", errors="replace"))
    return found


def _is_drawing(element: Element) -> bool:
    return element.tag == "svg"
