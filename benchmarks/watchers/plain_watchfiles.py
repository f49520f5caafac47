"""watchfiles, with the settings it comes with.

plain_watchfiles.py FOLDER REPORT    as plain_watchdog.py
"""

from __future__ import annotations

import sys
import threading
import time

from collecting import Collected
from watchfiles import watch


def work(folder: str, collected: Collected) -> None:
    # None: it watches from the first wait on, which a timeout without a change ends.
    for changes in watch(folder, yield_on_timeout=True, rust_timeout=200, watch_filter=None):
        if not collected.told:
            collected.ready()
        now = time.monotonic()
        for _, path in changes:
            collected.add(path, now)


def main() -> None:
    collected = Collected(sys.argv[2])
    threading.Thread(target=work, args=(sys.argv[1], collected), daemon=True).start()
    collected.serve()


if __name__ == "__main__":
    main()
