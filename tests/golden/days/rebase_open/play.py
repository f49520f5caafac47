"""A rebase stopped in a conflict at its second commit."""

BUDGETS = (250, 350)


def play(day):
    day.start({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    day.git("checkout", "-q", "-b", "topic")
    day.commit("feat: first", {"c.py": "def first():\n    return 1\n"})
    day.commit("feat: second", {"a.py": "x = 2\n"})
    day.commit("feat: third", {"b.py": "y = 2\n"})
    day.git("checkout", "-q", "main")
    day.commit("fix: elsewhere", {"a.py": "x = 3\n"})
    day.git("checkout", "-q", "topic")
    day.git("rebase", "main", fails=True)
    day.flush()
