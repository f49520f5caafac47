"""One delivery after the other, each with another call that fails: run with the shim loaded, prints what was wrong and how many calls failed.

python delivery.py SHIM ROOT
"""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

from handoffd.output.delivery import Undeliverable, choose, sha256, write
from tests.faults.chain import Shim

STEM = "handoff-2026-03-08"
ERRORS = {"o": errno.EMFILE, "w": errno.ENOSPC, "s": errno.EIO, "l": errno.EPERM, "n": errno.EACCES, "m": errno.EROFS}


def deliver(root: Path, shim: Shim, kind: str, number: int, replaces: bool) -> tuple[bool, list[str]]:
    """Whether a call failed, and what was wrong then."""
    shim.arm("", 0, 0, 0)
    name = f"{STEM}.md" if replaces else None
    if replaces:
        (root / ".claude").mkdir(exist_ok=True)
        (root / ".claude" / f"{STEM}.md").write_bytes(b"old")
    shim.arm(kind, number, number, ERRORS[kind])
    outcome = "written"
    try:
        choice = choose(root, ".claude", STEM, name, sha256(b"old"))
        if choice is not None:
            write(root, ".claude", choice, b"new")
    except Undeliverable:
        outcome = "refused"
    except BaseException as fault:
        outcome = repr(fault)
    failed = shim.calls() >= number
    shim.arm("", 0, 0, 0)
    found = {file.name: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    wrong = [f"{kind}{number}: {outcome}"] if outcome not in ("written", "refused") else []
    wrong += [f"{kind}{number}: left {file}" for file in found if file.endswith(".tmp")]
    wrong += [f"{kind}{number}: torn {file}" for file, data in found.items() if data not in (b"old", b"new")]
    return failed, wrong


def main(root: Path, shim: Shim) -> None:
    wrong: list[str] = []
    failures = 0
    for kind in ERRORS:
        for replaces in (False, True):
            number, failed = 1, True
            while failed:
                place = root / f"{kind}{number}{replaces}"
                place.mkdir()
                failed, more = deliver(place, shim, kind, number, replaces)
                wrong += more
                failures += failed
                number += 1
    sys.stdout.write(json.dumps({"wrong": wrong, "failures": failures}))


if __name__ == "__main__":
    main(Path(sys.argv[2]), Shim(sys.argv[1]))
