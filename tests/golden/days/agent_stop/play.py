"""An agent stopped, for the second time in the session."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.write("a.py", "def a():\n    return 1\n")
    day.flush("agent-stop")
    day.commit("feat: a")
    day.flush("agent-stop")
