"""A repository without a commit."""


def play(day):
    day.init()
    day.write("a.py", "def a():\n    # TODO: begin\n    return 1\n")
    day.git("add", "a.py")
    day.write("b.py", "def b():\n    return 1\n")
    day.flush()
