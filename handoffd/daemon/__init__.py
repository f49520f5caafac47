"""The background service: wake-ups in, ingest and flush out.

hints (pure: targets, hints, the desk where they wait) <- places <- table <- tree <- inotify <- watch
kernel (the door to inotify) <- table, tree, inotify        clock (the one alarm)
"""
