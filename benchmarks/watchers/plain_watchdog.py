"""A plain watchdog handler, as its documentation shows one: recursive, without the events of opening and of closing unwritten.

plain_watchdog.py FOLDER REPORT    prints READY; a SIGUSR1 writes {"paths": [...], "seen": {path: monotonic seconds}} to REPORT
"""

from __future__ import annotations

import os
import sys
import time

from collecting import Collected
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

KINDS = [FileCreatedEvent, FileModifiedEvent, FileDeletedEvent, FileMovedEvent, DirCreatedEvent, DirDeletedEvent]


class Handler(FileSystemEventHandler):
    def __init__(self, collected: Collected) -> None:
        self._collected = collected

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not event.is_directory:
            self._collected.add(os.fsdecode(event.dest_path or event.src_path), time.monotonic())


def main() -> None:
    collected = Collected(sys.argv[2])
    observer = Observer()
    observer.schedule(Handler(collected), sys.argv[1], recursive=True, event_filter=KINDS)
    observer.start()
    collected.ready()
    collected.serve()


if __name__ == "__main__":
    main()
