"""Memory of a process that lives for weeks: what it needed once goes back to the system."""

from __future__ import annotations

import ctypes

# From glibc's malloc.h, see mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
LARGE = 256 * 1024
"""Bytes from which on a block is mapped by itself, and of free memory at the heap's end from which on it is given back."""


def give_large_blocks_back() -> None:
    """Have each large block mapped by itself, so that it is given back when it is freed.

    Left alone, glibc raises that limit to the largest block that was ever freed. The next ones share the heap with small blocks then, which come to
    lie in the gaps that they leave: a heap that grows though no more is in use. Does nothing where the C library has no such wish.
    """
    wish = getattr(ctypes.CDLL(None), "mallopt", None)
    if wish is not None:
        wish(_MMAP_THRESHOLD, LARGE)
        wish(_TRIM_THRESHOLD, 2 * LARGE)
