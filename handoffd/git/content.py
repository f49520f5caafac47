"""Content of files on its way into facts: text without secrets, with the same lines; of files that are secrets nothing at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from handoffd.files.safe_open import open_regular
from handoffd.git.object_reader import BlobName
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.change import Hunk, Patch
from handoffd.model.records import replace
from handoffd.model.redact import Redactor
from handoffd.model.secret_paths import is_secret

BIGGEST = 1024 * 1024


def readable(reader: WorktreeReader, patches: Iterable[Patch]) -> list[Patch]:
    """The patches that are news, before anything is cut or quoted from them; those of a secret file only say which lines."""
    return list(each_readable(reader, patches))


def each_readable(reader: WorktreeReader, patches: Iterable[Patch]) -> Iterator[Patch]:
    """The same one by one."""
    return (_clean(reader.redactor, patch) for patch in patches if not reader.ignored(patch.path))


def _clean(redactor: Redactor, patch: Patch) -> Patch:
    if is_secret(patch.path) or is_secret(patch.old_path):
        return replace(patch, hunks=tuple(replace(hunk, removed=(), added=()) for hunk in patch.hunks))
    return replace(patch, hunks=tuple(_hunk(redactor, hunk) for hunk in patch.hunks))


def _hunk(redactor: Redactor, hunk: Hunk) -> Hunk:
    return replace(hunk, removed=redactor.lines(hunk.removed), added=redactor.lines(hunk.added))


def texts_in(reader: WorktreeReader, names: Sequence[BlobName]) -> dict[BlobName, str]:
    """The texts of files in commits, of those that have one."""
    found = reader.objects.blobs(names)
    return {name: text for name, data in found.items() if (text := decoded(reader, name[1], data)) is not None}


def decoded(reader: WorktreeReader, path: str, data: bytes | None) -> str | None:
    """The text of a file, None for what is missing, binary or a secret file. Bytes that are no UTF-8 are surrogate-escaped."""
    if data is None or is_secret(path) or b"\0" in data[:8000]:
        return None
    return reader.redactor.redact_keeping_lines(data.decode("utf-8", "surrogateescape"))


def read_text(reader: WorktreeReader, path: str) -> str | None:
    """The file's text as it is now, None for what is no readable regular text file of at most a megabyte. Links are not followed."""
    return decoded(reader, path, read_bytes(reader, path))


def read_bytes(reader: WorktreeReader, path: str, limit: int = BIGGEST) -> bytes | None:
    """The file's bytes, None for what is missing, no regular file, or larger than `limit`."""
    try:
        with open_regular(reader.worktree.root / path) as file:
            return file.read(limit) if os.fstat(file.fileno()).st_size <= limit else None
    except (OSError, ValueError):
        return None
