"""pytest's own record: the whole, then a part of it, with errors and expected failures."""


def play(day):
    day.start({"a.py": "a = 1\n", "tests/test_a.py": "def test_a():\n    assert 1\n", "tests/test_b.py": "def test_b():\n    assert 0\n"})
    common = {"runner": "pytest", "version": "8.3", "skipped": 1}
    failure = {
        "id": "tests.test_b::test_b",
        "name": "test_b",
        "path": "tests/test_b.py",
        "line": 1,
        "message": "assert 0",
        "frames": [["tests/test_b.py", 2]],
    }
    error = {"id": "tests.test_a::test_e", "name": "test_e", "path": "tests/test_a.py", "message": "fixture 'e' not found"}
    day.spool(
        "test",
        "p1",
        **common,
        passed=40,
        failed=2,
        errors=1,
        xfailed=2,
        xpassed=1,
        failures=[failure, error],
        scope="all",
        started=day.now - 20,
        ended=day.now,
    )
    day.commit("fix: e", {"tests/test_a.py": "def test_a(e):\n    assert 1\n"})
    day.spool(
        "test",
        "p2",
        **common,
        passed=3,
        failed=0,
        fixed=["tests.test_a::test_e"],
        scope="only tests/test_a.py",
        started=day.now - 20,
        ended=day.now,
        command="pytest tests/test_a.py",
    )
    day.flush()
