"""A stash was popped onto other changes: a conflict without an operation."""


def play(day):
    day.start({"a.py": "x = 1\n"})
    day.write("a.py", "x = 2\n")
    day.git("stash", "-q")
    day.commit("feat: three", {"a.py": "x = 3\n"})
    day.git("stash", "pop", fails=True)
    day.flush()
