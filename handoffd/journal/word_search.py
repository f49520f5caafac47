"""Questions to the index of words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from handoffd.journal.lock import Busy
from handoffd.journal.row_codec import escape, moment, unescape
from handoffd.journal.sqlite_errors import Unreadable
from handoffd.journal.word_index import PATHS_BETWEEN, SOURCE, path_text, possible_here, through_of
from handoffd.model.errors import UserError
from handoffd.model.lazy import lazy
from handoffd.model.records import dataclass

if TYPE_CHECKING:
    from handoffd.journal.store import Journal

MOST_WORDS = 32
_PAGE = 400
_ANY = lazy(r"\w")
_COLUMNS = """said.event, said.at, CAST(said.kind AS TEXT), CAST(said.branch AS TEXT), CAST(said.worktree AS TEXT), CAST(said.path AS TEXT),
    CAST(said.text AS TEXT)"""
_PLAIN = f"""SELECT {_COLUMNS}, best.score FROM
    (SELECT rowid AS id, rank AS score FROM words WHERE words MATCH ? ORDER BY rank LIMIT ? OFFSET ?) AS best JOIN said ON said.id = best.id"""  # noqa: S608
INSIDE = """(instr(char(10) || said.path || char(10), char(10) || ? || char(10)) > 0 OR instr(char(10) || said.path, char(10) || ? || '/') > 0)"""


class NoSearch(UserError):
    """This SQLite has no full-text search."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`words`: each as it was typed; several in one are a phrase. '' and () are all of them; `path` is a file or a folder. At most `limit` hits."""

    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    branch: str = ""
    path: str = ""
    since: float = float("-inf")
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """What was said, by the newest event that says it; `times`: by how many. `score`: the lower the better."""

    event: int
    at: float
    kind: str
    branch: str
    worktree: str
    paths: tuple[str, ...]
    text: str
    score: float
    times: int = 1


def searched(journal: Journal, asked: Asked, now: float) -> list[Hit]:
    """The hits, best first; none of whole words is a reason to take them for beginnings. An index that is damaged or not there is made again."""
    if not possible_here():
        raise NoSearch("this Python's SQLite has no full-text search (FTS5)", hint="handoffd log shows all events")
    catch_up(journal, now)
    try:
        if not _is_there(journal):
            _begin_anew(journal, now)
        return _hits(journal, asked)
    except (Unreadable, sqlite3.DatabaseError):
        _begin_anew(journal, now)
        return _hits(journal, asked)


def _is_there(journal: Journal) -> bool:
    return bool(journal.ask("SELECT 1 FROM sqlite_master WHERE name = 'words'"))


def _begin_anew(journal: Journal, now: float) -> None:
    with journal.write(now, "cli") as writer:
        writer.drop_words()
    catch_up(journal, now)


def catch_up(journal: Journal, now: float) -> None:
    """Index what is not yet, a part a transaction: others write in between. Where the journal cannot be written, the rest is not found this time."""
    with suppress(Busy):
        more = behind(journal)
        while more:
            with journal.write(now, "cli") as writer:
                more = writer.index_words()


def behind(journal: Journal) -> bool:
    """Whether there are events that the index does not have."""
    found = journal.ask("SELECT value FROM cursor WHERE worktree = '' AND source = ?", (SOURCE,))
    return (through_of(found[0][0]) if found else 0) != journal.last_id()


def query_of(words: Sequence[str], beginnings: bool = False) -> str:
    """The words in the index's own language, where nothing of a word means anything; '' where no word has a letter or a digit."""
    known = [word for word in words[:MOST_WORDS] if _ANY.search(word)]
    quoted = ['"' + word.encode("utf-8", "replace").decode().replace("\0", " ").replace('"', '""') + '"' for word in known]
    return " ".join(f"{one} *" if beginnings else one for one in quoted)


def _hits(journal: Journal, asked: Asked) -> list[Hit]:
    if not query_of(asked.words) or not _is_there(journal):
        return []
    return _of_query(journal, asked, query_of(asked.words)) or _of_query(journal, asked, query_of(asked.words, beginnings=True))


def _of_query(journal: Journal, asked: Asked, query: str) -> list[Hit]:
    """Page by page, best first, until there are enough: the same words said a hundred times are one hit, and filters may leave out most."""
    where, values = _filters(asked)
    sql = f"{_PLAIN} WHERE {' AND '.join(where)}" if where else _PLAIN
    found: dict[tuple[str, str], Hit] = {}
    page, size, count = 0, _PAGE, _PAGE
    while page < count and len(found) < asked.limit:
        for hit in map(_hit, journal.ask(sql, (query, size, page, *values))):
            before = found.get((hit.kind, hit.text))
            found[(hit.kind, hit.text)] = _joined(before, hit) if before else hit
        if not page:
            count = int(journal.ask("SELECT count(*) FROM words WHERE words MATCH ?", (query,))[0][0])
        page, size = page + size, size * 10
    return sorted(found.values(), key=lambda hit: (hit.score, -hit.at))[: asked.limit]


def _filters(asked: Asked) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    if asked.kinds:
        where, values = [f"said.kind IN ({','.join('?' * len(asked.kinds))})"], [*asked.kinds]
    if asked.branch:
        where, values = [*where, "said.branch = ?"], [*values, escape(asked.branch)]
    if asked.since > float("-inf"):
        where, values = [*where, "said.at >= ?"], [*values, asked.since]
    if asked.path:
        where, values = [*where, INSIDE], [*values, path_text(asked.path), path_text(asked.path)]
    return where, values


def _hit(row: tuple[Any, ...]) -> Hit:
    event, at, kind, branch, worktree, path, text, score = row
    paths = tuple(unescape(one) for one in path.split(PATHS_BETWEEN) if one)
    return Hit(int(event), moment(at, at)[0], kind, unescape(branch), unescape(worktree), paths, text, float(score))


def _joined(one: Hit, other: Hit) -> Hit:
    """Both say the same."""
    newest = one if one.at >= other.at else other
    return Hit(
        newest.event,
        newest.at,
        newest.kind,
        newest.branch,
        newest.worktree,
        newest.paths,
        newest.text,
        min(one.score, other.score),
        one.times + other.times,
    )
