"""A linked worktree with commits of its own; the main one's are not in its handoff."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: in the main worktree", {"main.py": "def main():\n    return 1\n"})
    day.worktree("side", "-b", "side")
    day.commit("feat: in the side worktree", {"side.py": "def side():\n    return 1\n"})
    day.write("a.py", "a = 2\n")
    day.flush()
