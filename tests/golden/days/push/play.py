"""The checkpoint before the push, written again when the push was seen."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.flush("pre-push")
    day.git("push", "-q")
