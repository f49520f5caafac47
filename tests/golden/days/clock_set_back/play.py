"""The clock of the machine was set back by a quarter of an hour within the session."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.now += 900
    day.note("todo", "Look at the clock")
    day.now -= 900
    day.daemon("clock", "the clock was set back by 900 s", 900)
    day.note("todo", "Go on")
    day.flush()
