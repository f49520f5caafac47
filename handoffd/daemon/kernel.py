"""The door to Linux inotify: one descriptor, add, remove, read. Numbers from `linux/inotify.h`; see inotify(7)."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

IN_MODIFY = 0x2
IN_ATTRIB = 0x4
IN_CLOSE_WRITE = 0x8
IN_MOVED_FROM = 0x40
IN_MOVED_TO = 0x80
IN_CREATE = 0x100
IN_DELETE = 0x200
IN_MOVE_SELF = 0x800
IN_UNMOUNT = 0x2000
IN_Q_OVERFLOW = 0x4000
IN_IGNORED = 0x8000
IN_ONLYDIR = 0x1000000
IN_DONT_FOLLOW = 0x2000000
IN_EXCL_UNLINK = 0x4000000
IN_MASK_ADD = 0x20000000
IN_ISDIR = 0x40000000

# No open, access or close without writing: our own looks, and everybody's reads, must not wake us.
CHANGES = IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
# One inode has one watch, for all who ask: each asker adds to the mask of the others.
_ALWAYS = IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_ADD

READ_SIZE = 1 << 20
_HEADER = struct.Struct("iIII")
NO_ROOM = frozenset({errno.ENOSPC, errno.ENOMEM, errno.EMFILE, errno.ENFILE})


class Inotify:
    """One inotify descriptor. Where none is to be had (too many instances), `fd` is -1 and every `add` finds no room."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._add = libc.inotify_add_watch
        self._add.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
        self._remove = libc.inotify_rm_watch
        self._remove.argtypes = (ctypes.c_int, ctypes.c_int)
        self.fd: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)

    def add(self, path: str, mask: int) -> int:
        """Watch a folder; the same descriptor again if its inode is watched already. OSError; errno in NO_ROOM at the limit."""
        if self.fd < 0:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), path)
        descriptor: int = self._add(self.fd, path.encode("utf-8", "surrogateescape"), mask | _ALWAYS)
        if descriptor < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), path)
        return descriptor

    def remove(self, descriptor: int) -> None:
        """Stop watching. A watch that the kernel ended already is no error."""
        self._remove(self.fd, descriptor)

    def read(self) -> bytes:
        """The events that wait, at most 1 MB of them; empty when none does."""
        try:
            return os.read(self.fd, READ_SIZE)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def distinct(data: bytes) -> dict[tuple[int, bytes], int]:
    """(watch descriptor, name) -> all its mask bits together, in the order of first sight; the name is empty for the folder itself.

    A storm names the same file several times: telling them apart here keeps the rest of the work per file, not per event.
    """
    found: dict[tuple[int, bytes], int] = {}
    position, end, unpack, head = 0, len(data), _HEADER.unpack_from, _HEADER.size
    while position < end:
        descriptor, mask, _cookie, length = unpack(data, position)
        position += head
        # The kernel pads all names of one length alike, so the padded name is as good a key as the bare one.
        key = (descriptor, data[position : position + length])
        found[key] = found.get(key, 0) | mask
        position += length
    return found
