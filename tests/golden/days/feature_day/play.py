"""A branch with commits, trailers, notes, a red test of a changed function, a TODO, one commit pushed."""

BUDGETS = (300, 600)

DECODER = """import zlib


class Gzip:
    def __init__(self):
        self.buffer = zlib.decompressobj()

    def decode(self, data):
        return self.buffer.decompress(data)

    def flush(self):
        return self.buffer.flush()
"""
TESTS = """from src.decoder import Gzip


def test_decode():
    assert Gzip().decode(b"") == b""
"""
MORE_TESTS = """

def test_truncated():
    gzip = Gzip()
    with raises(ValueError):
        gzip.flush()
"""
TRAILERS = "\n\nDecision: Raise instead of warn\nWhy: A warning passes unnoticed\nTrade-off: callers must catch it\nLearned: [Decoders] flush never fails\nGotcha: decode after flush is undefined\n"


def play(day):
    day.start({"src/decoder.py": DECODER, "tests/test_decoder.py": TESTS, ".gitignore": "junit.xml\n"})
    day.remote()
    day.git("checkout", "-q", "-b", "feat/frames")
    day.commit("feat(decoder): add empty frames", {"src/frames.py": "class Frame:\n    size = 0\n\n\ndef empty():\n    return Frame()\n"})
    day.git("push", "-q", "-u", "origin", "feat/frames")
    day.write("tests/test_decoder.py", TESTS + MORE_TESTS)
    day.commit(
        "fix!: error on truncated input" + TRAILERS,
        {"src/decoder.py": DECODER.replace("return self.buffer.flush()", "rest = self.buffer.flush()\n        return rest")},
    )
    day.note("todo", "Ask for a release note")
    failure = "Failed: DID NOT RAISE ValueError\ntests/test_decoder.py:11: Failed"
    day.report({"tests.test_decoder::test_decode": "", "tests.test_decoder::test_truncated": failure})
    day.edit("src/decoder.py", "return rest", "# TODO: raise when eof is not set\n        return rest")
    day.write("scratch", "notes of mine\n")
    day.note("learning", "flush is called twice by the client", category="Decoders")
    day.note("decision", "Keep one buffer", why="two would copy", tradeoff="not safe between threads", path="src/decoder.py", line=6, last=6)
    day.flush()
