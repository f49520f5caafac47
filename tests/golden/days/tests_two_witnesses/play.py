"""A run that pytest itself and its report both told of, within a wrapped command."""


def play(day):
    day.start({"tests/test_a.py": "def test_a():\n    assert 0\n", ".gitignore": "junit.xml\n"})
    began = day.now - 30
    failure = {
        "id": "tests.test_a::test_a",
        "name": "test_a",
        "path": "tests/test_a.py",
        "line": 1,
        "message": "assert 0",
        "frames": [["tests/test_a.py", 2]],
    }
    day.report({"tests.test_a::test_a": "assert 0\ntests/test_a.py:2: AssertionError", "tests.test_a::test_b": ""})
    day.spool(
        "test",
        "p1",
        runner="pytest",
        passed=1,
        failed=1,
        xfailed=1,
        failures=[failure],
        scope="all",
        report="junit.xml",
        started=began + 5,
        ended=day.now,
    )
    day.spool(
        "test",
        "run:run1:end",
        runner="",
        passed=0,
        failed=0,
        command="make test",
        run="run1",
        state="uncounted",
        exit=1,
        started=began,
        ended=day.now,
    )
    day.flush()
