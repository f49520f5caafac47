"""A wrapped command that ended red without counts, and one that never ended."""


def play(day):
    day.start({"Makefile": "test:\n\tfalse\n"})
    day.run("make test", 2)
    day.write("a.c", "int a(void)\n{\n    return 1;\n}\n")
    day.spool(
        "test", "run:run2:start", runner="", passed=0, failed=0, command="make check", run="run2", state="running", started=day.now, ended=day.now
    )
    day.flush()
