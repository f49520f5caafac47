"""handoffd: a true session handoff whenever you step away from a git worktree.

    sources -> journal -> session -> handoff -> output

Folders are stages: `docs/architecture.md` has a line for each.
"""

__version__ = "0.1.0"
