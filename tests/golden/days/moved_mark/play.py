"""A TODO that only moved to another file is no new one."""


def play(day):
    day.start({"a.py": "def a():\n    # TODO: from last year\n    return 1\n", "b.py": "b = 1\n"})
    day.commit("refactor: move it", {"a.py": "a = 1\n", "b.py": "def a():\n    # TODO: from last year\n    return 1\n"})
    day.commit("feat: c", {"c.py": "def c():\n    # TODO\n    return 1\n"})
    day.flush()
