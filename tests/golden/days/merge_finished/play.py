"""A merge with a conflict that was resolved and committed, and one without."""


def play(day):
    day.start({"a.py": "x = 1\n"})
    day.git("checkout", "-q", "-b", "topic")
    day.commit("feat: topic", {"a.py": "x = 2\n"})
    day.git("branch", "side")
    day.git("checkout", "-q", "main")
    day.commit("feat: main", {"a.py": "x = 3\n", "m.py": "m = 1\n"})
    day.git("checkout", "-q", "topic")
    day.git("merge", "main", fails=True)
    day.write("a.py", "x = 23\n")
    day.git("commit", "-q", "-a", "--no-edit")
    day.git("checkout", "-q", "side")
    day.commit("docs: side", {"side.md": "# Side\n"})
    day.git("checkout", "-q", "topic")
    day.git("merge", "-q", "side", "-m", "Bring in what side has")
    day.flush()
