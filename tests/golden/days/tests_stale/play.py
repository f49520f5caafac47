"""Green on a tree that is another by now: a commit and an edit since."""


def play(day):
    day.start({"a.py": "a = 1\n", "tests/test_a.py": "def test_a():\n    assert 1\n", ".gitignore": "junit.xml\n"})
    day.report({"tests.test_a::test_a": ""})
    day.commit("feat: two", {"a.py": "a = 2\n"})
    day.write("tests/test_a.py", "def test_a():\n    assert 2\n")
    day.flush()
