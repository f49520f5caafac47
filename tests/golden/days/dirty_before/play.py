"""Files that were changed before handoffd came are no work of the session, until they are touched."""


def play(day):
    day.hidden = True
    day.now -= 72 * 3600
    day.commit("chore: start", {"a.py": "def a():\n    return 1\n", "b.py": "def b():\n    return 1\n"})
    day.write("a.py", "def a():\n    # TODO: from before\n    return 2\n")
    day.write("b.py", "def b():\n    return 2\n")
    day.write("old.txt", "old\n")
    day.now += 72 * 3600
    day.hidden = False
    day.init()
    day.write("b.py", "def b():\n    return 3\n")
    day.write("c.py", "def c():\n    return 1\n")
    day.flush()
