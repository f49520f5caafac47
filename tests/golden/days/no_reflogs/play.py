"""The repository keeps no logs: the handoff says that not all could be read."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.git("config", "core.logAllRefUpdates", "false")
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.flush()
