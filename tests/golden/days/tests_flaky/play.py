"""Red and green on the same tree."""


def play(day):
    day.start({"a.py": "a = 1\n", "tests/test_a.py": "def test_a():\n    assert 1\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_a::test_a": "TimeoutError: 5 s\ntests/test_a.py:2: TimeoutError", "tests.test_a::test_b": ""})
    day.report({"tests.test_a::test_a": "", "tests.test_a::test_b": ""})
    day.flush()
