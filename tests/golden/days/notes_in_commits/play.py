"""Trailers of commits: decisions, learnings, gotchas; those of a commit that was reverted say nothing."""

TRAILERS = "Decision: Keep one buffer\nWhy: two would copy\nTrade-off: not safe between threads\nDecision: Raise\nLearned: zlib never fails\nLearning: [Tests] use real files\nGotcha: flush twice\nCaveat: slow on Windows\nWarning: untested\nSigned-off-by: Ada Author <ada@example.com>\n"


def play(day):
    day.start()
    day.commit(f"feat: buffer\n\nSome words.\n\n{TRAILERS}", {"a.py": "a = 1\n"})
    day.commit("feat: gone\n\nDecision: Never mind\nLearned: nothing\n", {"b.py": "b = 1\n"})
    day.git("revert", "--no-edit", "HEAD")
    day.note("decision", "Keep one buffer", why="said again")
    day.flush()
