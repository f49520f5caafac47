"""`python -m tests.truth --repo python --seed 3 [--seeds 12] [--documents DIR]`: findings as `SEED: KIND: WHAT`."""

from __future__ import annotations

import argparse
import collections
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.support import environment
from tests.truth.run import ACTS, SESSIONS, seed_findings
from tests.truth.shapes import SHAPES


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.truth")
    words.add_argument("--repo", choices=[*SHAPES, "all"], default="all")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--seeds", type=int, default=1)
    words.add_argument("--sessions", type=int, default=SESSIONS)
    words.add_argument("--acts", type=int, default=ACTS)
    words.add_argument("--daemon", action="store_true", help="with a daemon, and kills")
    words.add_argument("--documents", type=Path)
    words.add_argument("--keep", type=Path, help="where the repositories stay")
    given = words.parse_args()
    kinds: collections.Counter[str] = collections.Counter()
    begun, total = time.monotonic(), 0
    for shape in SHAPES if given.repo == "all" else [given.repo]:
        for seed in range(given.seed, given.seed + given.seeds):
            # A name without signs of Markdown: it stands in the subjects of merges.
            folder = Path(tempfile.gettempdir()) / f"truth-{os.getpid()}-{shape}-{seed}"
            folder.mkdir()
            for name in [name for name in os.environ if name.startswith(("GIT_", "XDG_", "HANDOFFD_"))]:
                del os.environ[name]
            os.environ.update({name: value for name, value in environment(folder / "home").items() if not name.startswith("GIT_")})
            try:
                for finding in seed_findings(folder, shape, seed, given.sessions, given.acts, given.documents, given.daemon):
                    print(finding, flush=True)
                    kinds[finding.kind] += 1
            except AssertionError as trouble:
                print(f"{shape}/{seed}: broken: {trouble}", flush=True)
                kinds["broken"] += 1
            total += 1
            if given.keep:
                shutil.copytree(folder, given.keep / f"{shape}-{seed}", symlinks=True)
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{total} seeds, {sum(kinds.values())} findings, {time.monotonic() - begun:.1f} s", file=sys.stderr)
    for kind, count in kinds.most_common():
        print(f"  {count:4} {kind}", file=sys.stderr)
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
