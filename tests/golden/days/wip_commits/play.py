"""Commits that are not finished: wip in the subject, autosquash words; one of them pushed, one of an earlier day."""


def play(day):
    day.start({"a.py": "def a():\n    return 1\n"})
    day.remote()
    day.commit("wip", {"a.py": "def a():\n    return 2\n"})
    day.git("push", "-q")
    day.commit("WIP: names", {f"f{number}.py": f"def f{number}():\n    return 1\n" for number in range(8)})
    day.commit("fixup! wip", {"a.py": "def a():\n    return 3\n"})
    day.commit("squash! wip", {"a.py": "def a():\n    return 4\n"})
    day.commit("feat: swipe is no such word", {"b.py": "def b():\n    return 1\n"})
    day.flush()
