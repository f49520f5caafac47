"""A session that began the day before: times bear their date."""


def play(day):
    day.start({"a.py": "a = 1\n", ".gitignore": "junit.xml\n"})
    day.at("23:50")
    day.commit("perf: fast", {"a.py": "a = 2\n"})
    day.report({"tests.test_a::test_a": "", "tests.test_a::test_b": ""})
    day.git("revert", "--no-edit", "HEAD")
    day.write("a.py", "a = 3\n")
    day.git("stash", "-q")
    day.at("2026-03-11T00:05:00Z")
    day.report({"tests.test_a::test_a": "AssertionError: a", "tests.test_a::test_b": ""})
    day.flush()
