"""Many failing tests in three files, more than are listed; one names a definition that was changed, one file was not touched."""

BUDGETS = (300, 450, 600)

CONFIG = "def load(path):\n    return path\n\n\ndef save(path):\n    return path\n"


def tests(word, number):
    return "from config import load\n\n\n" + "".join(f"def test_{word}_{at}():\n    assert {word}({at})\n\n\n" for at in range(number))


def play(day):
    day.start({"config.py": CONFIG, "tests/test_load.py": tests("load", 12), "tests/test_other.py": tests("other", 12), ".gitignore": "junit.xml\n"})
    day.report({f"tests.test_load::test_load_{at}": "" for at in range(12)})
    day.commit("feat: load bytes", {"config.py": CONFIG.replace("def load(path):\n    return path", "def load(path):\n    return path.encode()")})
    day.write("tests/test_new.py", tests("save", 3))
    red = {
        f"tests.test_load::test_load_{at}": f"AttributeError: {at} has no encode\ntests/test_load.py:{at * 4 + 5}: AttributeError" for at in range(10)
    }
    red |= {f"tests.test_other::test_other_{at}": "NameError: other" for at in range(12)}
    red |= {f"tests.test_new::test_save_{at}": f"AssertionError: {at}\ntests/test_new.py:5: AssertionError" for at in range(2)}
    day.report({**red, "tests.test_load::test_load_10": "", "tests.test_load::test_load_11": "skip"})
    day.flush()
