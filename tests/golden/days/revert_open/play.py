"""A revert stopped in a conflict."""


def play(day):
    day.start({"a.py": "x = 1\n"})
    day.commit("feat: two", {"a.py": "x = 2\n"})
    day.commit("feat: three", {"a.py": "x = 3\n"})
    day.git("revert", "--no-edit", "HEAD~1", fails=True)
    day.flush()
