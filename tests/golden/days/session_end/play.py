"""An agent's session ended."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.write("a.py", "def a():\n    return 1\n")
    day.flush("session-end")
