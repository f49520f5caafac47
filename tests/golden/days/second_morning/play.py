"""What was open in the handoff before is carried over, with its age; one of it was done, one said again."""


def play(day):
    day.start({"a.py": "def a():\n    return 1\n"})
    day.note("todo", "Ask Ada")
    day.note("todo", "Deploy to staging", path="a.py", line=2, last=2)
    day.note("doing", "Retry queue")
    day.note("todo", "Measure")
    day.flush()
    day.note("gotcha", "Nothing new")
    day.flush()
    day.at("2026-03-11T08:00:00Z")
    day.note("done", "ask ada!")
    day.note("todo", "measure")
    day.write("a.py", "def a():\n    return 2\n")
    day.flush()
