"""One's own commit rebased by a pull."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.commit("feat: mine", {"mine.py": "def mine():\n    return 1\n"})
    day.colleague("fix: theirs", {"a.py": "a = 2\n"})
    day.git("pull", "-q", "--rebase")
    day.flush()
