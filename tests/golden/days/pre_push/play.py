"""A checkpoint before a push: not yet pushed."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.flush("pre-push")
