"""All tests passed, and the command still failed."""


def play(day):
    day.start({"a.py": "a = 1\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_a::test_a": ""})
    day.spool(
        "test",
        "run:run1:end",
        runner="",
        passed=0,
        failed=0,
        command="make test",
        run="run1",
        state="uncounted",
        exit=2,
        started=day.now - 90,
        ended=day.now,
    )
    day.flush()
