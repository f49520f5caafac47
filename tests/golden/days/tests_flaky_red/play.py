"""Green and then red on the same tree; and failures of which no name is known."""


def play(day):
    day.start({"tests/test_a.py": "def test_a():\n    assert 1\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_a::test_a": "", "tests.test_a::test_b": ""})
    day.report({"tests.test_a::test_a": "TimeoutError: 5 s\ntests/test_a.py:2: TimeoutError", "tests.test_a::test_b": ""})
    day.spool("test", "p1", runner="ctest", passed=3, failed=2, started=day.now - 9, ended=day.now)
    day.flush()
