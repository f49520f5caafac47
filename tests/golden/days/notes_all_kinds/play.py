"""Notes of every kind, with a place and without; one said twice; a done note that closes a todo; a doing note that takes its file's facts."""

BUDGETS = (250, 350)

CONFIG = "export const config = {\n  retries: 3,\n};\n\nexport function retries() {\n  // TODO: add retry count validation (max 10)\n  // TODO: add timeout configuration\n  return config.retries;\n}\n"


def play(day):
    day.start({"src/config.ts": "export const config = {\n  retries: 3,\n};\n", "src/lib.ts": "export const lib = 1;\n"})
    day.write("src/config.ts", CONFIG)
    day.note("doing", "Webhook configuration", path="src/config.ts", line=6, last=7, steps=("Need to add retry count validation (max 10)",))
    day.note("doing", "Think about jitter")
    day.note("todo", "Add the dashboard")
    day.note("todo", "Index the table", path="src/lib.ts", line=1, last=1)
    day.note("todo", "Deploy to staging")
    day.note("done", "deploy to Staging!")
    day.note("done", "Talked to Ada")
    day.note("decision", "Exponential backoff", why="prevents a herd", tradeoff="slower", path="src/config.ts")
    day.note("decision", "Max 5 retries")
    day.note("learning", "Mock setTimeout", category="Testing")
    day.note("learning", "[Architecture] Store attempts apart")
    day.note("learning", "[x] no box")
    day.note("learning", "no box either", category="x")
    day.note("gotcha", "Never in serverless", path="src/lib.ts", line=1, last=3)
    day.note("gotcha", "Signatures are not computed again")
    day.note("gotcha", "Signatures are not computed again")
    day.flush()
