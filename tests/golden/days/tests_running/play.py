"""A wrapped test run that goes on while the handoff is written."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.begin_run("make check")
    day.write("a.py", "def a():\n    return 2\n")
    day.flush("terminate")
