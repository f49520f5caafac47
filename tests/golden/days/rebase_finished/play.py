"""A branch rebased and one commit squashed away: the old commits count no more."""


def play(day):
    day.start({"a.py": "x = 1\n"})
    day.git("checkout", "-q", "-b", "topic")
    day.commit("feat: first", {"b.py": "def first():\n    return 1\n"})
    day.commit("fixup! feat: first", {"b.py": "def first():\n    return 2\n"})
    day.commit("feat: second", {"c.py": "def second():\n    return 1\n"})
    day.git("checkout", "-q", "main")
    day.commit("fix: elsewhere", {"a.py": "x = 3\n"})
    day.git("checkout", "-q", "topic")
    day.git("rebase", "-q", "-i", "--autosquash", "main")
    day.flush()
