"""A pull that brought two commits of a colleague, nothing of one's own."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.colleague("fix: one", {"a.py": "a = 2\n"})
    day.colleague("fix: two", {"b.py": "b = 2\n"})
    day.git("pull", "-q")
    day.write("c.py", "def c():\n    return 1\n")
    day.flush()
