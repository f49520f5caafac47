"""A flush with a person's words, and work behind them."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.write("a.py", "def a():\n    # TODO: more\n    return 1\n")
    day.note("doing", "Function a", path="a.py")
    day.flush(message="the retry test is flaky, look there first")
