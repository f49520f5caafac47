"""Five commits of a colleague pulled into one's own work; then a rebase of it onto what came."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.remote()
    day.commit("feat: mine", {"mine.py": "def mine():\n    return 1\n"})
    for number in range(5):
        day.colleague(f"fix: {number}", {f"{number}.py": "x = 1\n"})
    day.git("pull", "-q", "--no-rebase", "--no-edit")
    day.commit("feat: mine too", {"too.py": "def too():\n    return 1\n"})
    day.colleague("fix: late", {"late.py": "x = 1\n"})
    day.flush()
