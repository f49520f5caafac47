"""Failures of which only the count is known."""


def play(day):
    day.start()
    day.spool("test", "p1", runner="ctest", passed=3, failed=2, started=day.now - 9, ended=day.now)
    day.flush()
