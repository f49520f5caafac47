"""Nobody was there when the session ended: it is made from the log when newer work comes."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: before lunch", {"b.py": "def b():\n    # TODO: eat\n    return 1\n"})
    day.git("checkout", "-q", "-b", "side")
    day.commit("feat: on side", {"c.py": "c = 1\n"})
    day.git("checkout", "-q", "main")
    day.note("todo", "Eat")
    day.note("gotcha", "The soup is hot")
    day.report({"tests.test_b::test_b": "AssertionError: hungry"})
    day.at("15:00")
    day.commit("feat: after lunch", {"d.py": "d = 1\n"})
