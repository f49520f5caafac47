"""What a line of the document is about, as a short key: the same in each later document while it is the same thing.

A key outlives moved lines, other counts and small rewording: a bullet of a file is known by the file, a mark by its file and its words, a commit by
its subject, a stash by its name. Pure.
"""

from __future__ import annotations

from hashlib import sha256

from handoffd.model.claims import Ancestor, StashExists, TextAt, Unreachable
from handoffd.model.document import Document, Item, Step
from handoffd.model.kinds import ItemKind, Origin
from handoffd.model.lazy import lazy
from handoffd.model.records import replace
from handoffd.model.sections import SectionKey

_LENGTH = 8
_WORD = lazy(r"\w+")
# One line of each stands in a section, whatever it counts.
_SINGLE = frozenset(
    {ItemKind.PUSH, ItemKind.FIX_TESTS, ItemKind.RERUN_TESTS, ItemKind.REST, ItemKind.UNRECORDED, ItemKind.REWRITTEN, ItemKind.REDACTED}
)
# Their bullet is the file's, whichever of its facts is the strongest.
_OF_FILE = frozenset(
    {ItemKind.CONFLICT, ItemKind.FAILING_TEST, ItemKind.TODO, ItemKind.UNFINISHED, ItemKind.NEW_FILE, ItemKind.HUNK, ItemKind.DELETED}
)
_MARKS = frozenset({ItemKind.BOX, ItemKind.SKIP})
_FOLDERS = frozenset({ItemKind.BULK, ItemKind.FOLDED, ItemKind.GENERATED, ItemKind.MERGED, ItemKind.FOLDER})


def mark_key(kind: str, path: str, text: str) -> str:
    """Of a TODO, a box, a skip, an unfinished body: by its file and its words, wherever it stands in the file."""
    return _key(kind, path, _normalised(text))


def test_key(test: str) -> str:
    """Of a failing test, by its id."""
    return _key("test", test)


def note_key(section: SectionKey, text: str) -> str:
    """Of a person's words. `text` as the line has it."""
    return _key(ItemKind.NOTE, section, _normalised(text))


def item_key(item: Item) -> str:
    """Of a whole item."""
    if item.source == Origin.PERSON or item.kind in (ItemKind.NOTE, ItemKind.TRAILER):
        return note_key(item.section, item.text)
    if item.kind in _SINGLE:
        return _key(item.kind)
    if item.kind in _OF_FILE:
        return _key("file in progress", item.path)
    if item.kind in _MARKS:
        quoted = next((claim.text for claim in item.claims if isinstance(claim, TextAt)), item.text)
        return mark_key(item.kind, item.path, quoted)
    if item.kind in _FOLDERS:
        return _key(item.kind, item.path or item.text.partition(":")[0].rpartition("only in")[2])
    return _key(item.kind, item.path or _named(item))


def step_key(step: Step) -> str:
    """Of a step that is a fact of its own, a mark or a failing test; '' of one that only describes its bullet."""
    if "test" in step.values:
        return test_key(str(step.values["test"]))
    return str(step.values.get("key", ""))


def with_keys(document: Document) -> Document:
    """The document, each item with its key. Items of one key that stand side by side are numbered from the second on."""
    seen: dict[str, int] = {}
    return replace(document, items={section: tuple(_numbered(item, seen) for item in items) for section, items in document.items.items()})


def _numbered(item: Item, seen: dict[str, int]) -> Item:
    key = item_key(item)
    count = seen[key] = seen.get(key, 0) + 1
    return replace(item, key=key if count == 1 else _key(key, str(count)))


def _named(item: Item) -> str:
    """What the item is about: the object that its claim names, else its subject, which stands before the first dash or bracket."""
    for claim in item.claims:
        if isinstance(claim, StashExists):
            return claim.stash
        if isinstance(claim, Unreachable) or (isinstance(claim, Ancestor) and item.kind == ItemKind.REVERTED):
            return claim.commit
    text = item.text.partition(" ")[2] if item.kind == ItemKind.WIP else item.text
    if item.kind == ItemKind.BRANCH:
        return text.partition(":")[0]
    return _normalised(text.partition(" — ")[0].partition(" (")[0] or text)


def _normalised(text: str) -> str:
    return " ".join(_WORD.findall(text.lower())) or text.strip()


def _key(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
