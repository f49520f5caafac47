"""The outside, read into events. A source reads one durable log, exactly once; short cuts only say where to start.

context -> content -> every source: reflog  worktree  line -> spool  reports  running  clock  notes
"""
