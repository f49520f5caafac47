"""The daemon is stopped, and has something to say about itself."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.daemon("start", "")
    day.daemon("degraded", "no room for watches: looks every 30 s")
    day.daemon("blind", "changes in *big* were not seen for 40 s")
    day.daemon("rebuilt", "the journal was damaged and rebuilt")
    day.daemon("config", "unknown key")
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.flush("stop")
