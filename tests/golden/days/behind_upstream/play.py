"""Fetched and not merged: behind, with work of one's own."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.commit("feat: mine", {"mine.py": "def mine():\n    return 1\n"})
    day.colleague("fix: theirs", {"a.py": "a = 2\n"})
    day.git("fetch", "-q")
    day.git("push", "-q", "origin", "main:kept")
    day.git("checkout", "-q", "-b", "late", "main~1")
    day.git("branch", "-q", "-u", "origin/main")
    day.write("a.py", "a = 3\n")
    day.flush()
