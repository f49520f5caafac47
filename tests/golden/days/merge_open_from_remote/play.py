"""A colleague's branch is being merged: files that only the other side changed, a conflict in a file of one's own."""


def play(day):
    day.start({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    day.remote()
    day.colleague("feat: theirs", {"a.py": "x = 3\n", **{f"new/n{number}.py": "n = 1\n" for number in range(10)}})
    day.commit("feat: mine", {"a.py": "x = 2\n"})
    day.git("fetch", "-q")
    day.git("merge", "-q", "origin/main", fails=True)
    day.write("b.py", "y = 2\n")
    day.flush()
