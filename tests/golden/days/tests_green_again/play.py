"""Red, mended, green."""


def play(day):
    day.start({"a.py": "def a():\n    return 1\n", "tests/test_a.py": "def test_a():\n    assert a() == 2\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_a::test_a": "AssertionError: 1 == 2", "tests.test_a::test_b": ""})
    day.commit("fix: a", {"a.py": "def a():\n    return 2\n"})
    day.report({"tests.test_a::test_a": "", "tests.test_a::test_b": ""})
    day.flush()
