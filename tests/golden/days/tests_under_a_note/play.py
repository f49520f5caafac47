"""Failing tests in a file that a note or a conflict speaks of already."""

TEST = "def test_{0}():\n    assert {0}() == 1\n"


def play(day):
    day.start({"tests/test_a.py": TEST.format("a"), "tests/test_b.py": TEST.format("b"), ".gitignore": "junit.xml\n"})
    day.git("checkout", "-q", "-b", "topic")
    day.commit("test: a is 2", {"tests/test_a.py": TEST.format("a").replace("1", "2")})
    day.git("checkout", "-q", "main")
    day.commit("test: a is 3", {"tests/test_a.py": TEST.format("a").replace("1", "3")})
    day.report({f"tests.test_{name}::test_{name}": f"AssertionError: {name}\ntests/test_{name}.py:2: AssertionError" for name in "ab"})
    day.note("doing", "Look at b again", path="tests/test_b.py", line=1, last=1)
    day.git("merge", "-q", "topic", fails=True)
    day.flush()
