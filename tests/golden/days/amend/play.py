"""A commit amended twice before anybody saw it."""


def play(day):
    day.start()
    day.commit("feat: one", {"a.py": "a = 1\n"})
    day.write("a.py", "a = 2\n")
    day.git("commit", "-q", "-a", "--amend", "--no-edit")
    day.git("commit", "-q", "--amend", "-m", "feat: one, with a better subject")
    day.flush()
