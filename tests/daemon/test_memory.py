from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

# How many bytes of blocks are mapped by themselves, before and while a block of 2 MB is in use.
PROGRAM = """
import ctypes
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
{wish}
larger = bytearray(20_000_000)
del larger
before = libc.mallinfo2().hblkhd
block = bytearray(2_000_000)
print(libc.mallinfo2().hblkhd - before)
"""
WISH = "from handoffd.daemon.memory import give_large_blocks_back; give_large_blocks_back()"


def mapped(wish: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(wish=wish)], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="glibc since 2.33 tells of its heap")
def test_a_large_block_is_mapped_by_itself_also_when_a_larger_one_was_freed() -> None:
    assert mapped("") < 2_000_000 <= mapped(WISH)
