"""The background service: wake-ups in, ingest and flush out.

memory (what is freed goes back to the system)
hints (pure: targets, hints, the desk where they wait) <- places <- table <- tree <- inotify <- watch
kernel (the door to inotify) <- table, tree, inotify        scheduler <- clock (steady time and the one alarm)        voice (stderr that never waits)
signals, lifecycle (lock, start, stop) <- renewal (to become the version that was installed)        notify (the service manager)

clock, hints <- watched (a worktree and when to look at it) <- roll (which worktrees there are), work (what is done with one) <- service
clock, hints, helper (a look in a process of its own) <- remote (file systems that may not answer) <- service
faults (in words), renewal, notify <- service
"""
