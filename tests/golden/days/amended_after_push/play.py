"""A commit amended after it was pushed: the push needs force."""


def play(day):
    day.start()
    day.remote()
    day.commit("feat: one", {"a.py": "a = 1\n"})
    day.git("push", "-q")
    day.write("a.py", "a = 2\n")
    day.git("commit", "-q", "-a", "--amend", "-m", "feat: one, better")
    day.flush()
