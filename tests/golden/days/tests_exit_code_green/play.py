"""A wrapped command with a report of its own: counts and command; then one that is green without counts."""


def play(day):
    day.start({"a.py": "a = 1\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_a::test_a": "", "tests.test_a::test_b": "AssertionError: b"})
    day.spool(
        "test",
        "run:run1:end",
        runner="",
        passed=0,
        failed=0,
        command="pytest --junitxml junit.xml",
        run="run1",
        state="uncounted",
        exit=1,
        started=day.now - 90,
        ended=day.now,
    )
    day.run("ruff check .", 0, "run2")
    day.flush()
