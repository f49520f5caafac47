"""A commit reverted, a revert reverted again, a revert of an old commit."""

BUDGETS = (250,)


def play(day):
    day.start({"index.ts": "export function buildIndex() {\n  return 1;\n}\n", "old.ts": "export const old = 1;\n"})
    day.commit("perf: four at a time", {"index.ts": "export function buildIndex() {\n  return 4;\n}\n"})
    day.git("revert", "--no-edit", "HEAD")
    day.commit("feat: look up", {"lookup.ts": "export function lookup() {\n  return 1;\n}\n"})
    day.git("revert", "--no-edit", "HEAD")
    day.git("revert", "--no-edit", "HEAD")
    day.flush()
