"""Stashes: one with a person's words, one without, one that was popped, one that was dropped."""

BUDGETS = (250,)

CODE = "def percent(x):\n    return x\n\n\ndef rate(x):\n    return x\n"


def play(day):
    day.start({"url.py": CODE, "b.py": "b = 1\n"})
    day.write("url.py", CODE.replace("    return x\n\n\n", "    return x * 100\n\n\n"))
    day.git("stash", "push", "-q", "-m", "fast path")
    day.write("b.py", "b = 2\n")
    day.write("new.py", "def fresh():\n    return 1\n")
    day.git("stash", "push", "-q", "-u")
    day.write("b.py", "b = 3\n")
    day.git("stash")
    day.git("stash", "pop", "-q")
    day.commit("feat: three")
    day.write("b.py", "b = 4\n")
    day.git("stash")
    day.git("stash", "drop", "-q")
    day.flush()
