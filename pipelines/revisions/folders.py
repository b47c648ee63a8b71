"""Which folders are compared with which: one audience's, or a whole edition audience by audience.

Answers "what is to be compared" for two folders that a person named, and refuses what would mislead.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import UsageError
from pipelines.revisions.comparing import Difference, compare
from pipelines.revisions.reading import MANIFEST, Published, read_published

# Their figures are the same rounded ones, so either may stand for the other.
_ROUNDED = frozenset({"network", "public"})


def compare_folders(old: Path, new: Path) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """Compare two folders of audiences, or two of editions.

    Args:
        old: the folder of the earlier edition, or of one audience of it.
        new: that of the later one, of the same kind.
    Returns:
        The differences audience by audience, and a sentence for each audience that is in one edition alone.
    Raises:
        UsageError: a folder holds no edition, or the two cannot be compared.
        ReadError: a file is damaged.
    """
    if (old / MANIFEST).is_file() and (new / MANIFEST).is_file():
        return (_compared(read_published(old), read_published(new)),), ()
    before, now = _audiences(old), _audiences(new)
    both = sorted(before.keys() & now.keys())
    if not both:
        raise UsageError(f"{old} and {new} have no audience in common. Name two editions, or one audience of each.")
    alone = [f"{name} is in {old} alone." for name in sorted(before.keys() - now.keys())]
    alone += [f"{name} is in {new} alone." for name in sorted(now.keys() - before.keys())]
    found = [_compared(read_published(before[name]), read_published(now[name])) for name in both]
    return tuple(found), tuple(alone)


def _audiences(folder: Path) -> dict[str, Path]:
    """Give the audiences of an edition; the folder of one audience has none inside."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name the folder of an edition, or of one audience of it.")
    if (folder / MANIFEST).is_file():
        raise UsageError(f"{folder} is one audience, and the other folder is not. Name two folders of one kind.")
    found = {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{MANIFEST}"))}
    if not found:
        raise UsageError(f"{folder} holds no edition. Name a folder such as outputs/release/2026-Q3/1.")
    return found


def _compared(old: Published, new: Published) -> Difference:
    _require_one_network(old, new)
    _require_one_period(old, new)
    _require_one_reader(old, new)
    return compare(old, new)


def _require_one_network(old: Published, new: Published) -> None:
    """A network may change its name; two with different names and no source in common are two networks."""
    names = {each.manifest["network"] for each in (old, new)}
    places = [set(map(str, _codes(each, "by_source"))) - {"_T", "_U"} for each in (old, new)]
    if len(names) > 1 and not places[0] & places[1]:
        raise UsageError(f"{old.place} and {new.place} are of two networks. Name two editions of one network.")


def _codes(published: Published, table_id: str) -> list[str]:
    table = published.tables.get(table_id)
    return [codes[0] for codes, _ in table.rows] if table else []


def _require_one_period(old: Published, new: Published) -> None:
    """Figures of two periods count other cases; their difference is no revision."""
    before, now = old.manifest["period"], new.manifest["period"]
    if before != now:
        raise UsageError(
            f"{old.place} is about {before} and {new.place} about {now}. Name two editions of one period; "
            "how periods differ is told in the briefs."
        )


def _require_one_reader(old: Published, new: Published) -> None:
    """Exact figures of one centre say nothing beside those of another, or beside rounded ones."""
    readers = {old.manifest["audience"], new.manifest["audience"]}
    if len(readers) > 1 and not readers <= _ROUNDED:
        raise UsageError(f"{old.place} and {new.place} are for two readers. Name two editions for the same reader.")
