"""A cherry-pick stopped in a conflict; another one went through."""


def play(day):
    day.start({"a.py": "x = 1\n"})
    day.git("checkout", "-q", "-b", "topic")
    day.commit("feat: easy", {"b.py": "def easy():\n    return 1\n"})
    day.commit("feat: hard", {"a.py": "x = 2\n"})
    day.git("checkout", "-q", "main")
    day.commit("fix: main", {"a.py": "x = 3\n"})
    day.git("cherry-pick", "topic~1")
    day.git("cherry-pick", "topic", fails=True)
    day.flush()
