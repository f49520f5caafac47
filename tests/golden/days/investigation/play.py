"""A day of reading: notes, nothing else."""


def play(day):
    day.start({"src/auth.ts": "export const auth = 1;\n"})
    day.git("checkout", "-q", "-b", "bugfix/auth-race")
    day.note("done", "Reproduced the race")
    day.note("done", "Identified the cause: token refresh and call race")
    day.note("doing", "Deciding between solutions", steps=("A: request queue", "B: token lock", "C: refresh early"))
    day.note("todo", "Choose one (needs the team)")
    day.note("decision", "Root cause confirmed", why="two requests both refresh, the second fails with 401", path="src/auth.ts", line=1, last=1)
    day.note("learning", "Use Promise.all() to trigger races", category="Testing")
    day.note("gotcha", "Only when the token expires during a request")
    day.flush()
