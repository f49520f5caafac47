"""The first commit of a repository, made in the session."""


def play(day):
    day.init()
    day.commit("feat: begin", {"a.py": "def a():\n    return 1\n", "README.md": "# A\n"})
    day.flush()
