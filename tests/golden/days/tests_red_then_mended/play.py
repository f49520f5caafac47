"""Red, then the code under test and the test itself were changed: places of what ran are given up."""

CODE = "class Gzip:\n    def flush(self):\n        return 1\n"


def play(day):
    day.start({"gzip.py": CODE, "tests/test_gzip.py": "def test_flush():\n    Gzip().flush()\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_gzip::test_flush": ""})
    day.commit("feat: flush twice", {"gzip.py": CODE.replace("1", "2")})
    day.report({"tests.test_gzip::test_flush": "AssertionError: 2\ntests/test_gzip.py:2: AssertionError"})
    day.write("gzip.py", CODE.replace("1", "3"))
    day.flush()
