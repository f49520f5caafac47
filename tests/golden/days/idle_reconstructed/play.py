"""The session was over before the daemon came back."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.write("a.py", "def a():\n    return 2\n")
    day.now += 6 * 3600
    day.began = day.now
    day.idle()
