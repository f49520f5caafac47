"""Work on two branches; the handoff is of the second, without the first's unfinished file."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.git("checkout", "-q", "-b", "first")
    day.commit("feat: on first", {"first.py": "def first():\n    # TODO: more\n    return 1\n"})
    day.git("checkout", "-q", "-b", "second", "main")
    day.commit("feat: on second", {"second.py": "def second():\n    return 1\n"})
    day.write("a.py", "a = 2\n")
    day.flush()
