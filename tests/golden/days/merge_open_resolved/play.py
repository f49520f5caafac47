"""A merge that waits for its commit, with a green run from before it."""


def play(day):
    day.start({"a.py": "x = 1\n", ".gitignore": "junit.xml\n"})
    day.git("checkout", "-q", "-b", "topic")
    day.commit("feat: topic", {"b.py": "def b():\n    return 1\n"})
    day.report({"tests.t::test_b": ""})
    day.git("checkout", "-q", "main")
    day.commit("feat: main", {"c.py": "def c():\n    return 1\n"})
    day.git("checkout", "-q", "topic")
    day.git("merge", "--no-commit", "main")
    day.flush()
