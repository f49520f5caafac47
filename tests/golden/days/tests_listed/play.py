"""Tests were only listed."""


def play(day):
    day.start()
    day.spool("test", "p1", runner="pytest", passed=0, failed=0, state="collected", scope="all", started=day.now - 2, ended=day.now)
    day.note("todo", "Run them")
    day.flush()
