"""The daemon is ended by the system; an earlier checkpoint is replaced."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.flush("pre-push")
    day.write("b.py", "def b():\n    return 1\n")
    day.flush("terminate")
