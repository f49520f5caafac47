"""Commits on a detached HEAD."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.git("checkout", "-q", "--detach")
    day.commit("feat: nowhere", {"a.py": "a = 2\n"})
    day.write("b.py", "def b():\n    return 1\n")
    day.flush()
