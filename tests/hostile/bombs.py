"""Small or simple files that take much time or memory of a careless reader. Each XML bomb with what a person is told; '' where it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

MB = 1024 * 1024
EMOJI = "\N{BOMB}".encode()  # one is enough to make each character of a string four bytes
GREAT = 60 * MB


@dataclass(frozen=True)
class Bomb:
    """`parts` gives the file's bytes. `size`: how large the file is made, when that is more; the rest is a hole."""

    parts: Callable[[], Iterable[bytes]]
    said: str = ""
    size: int = 0

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(self.parts())
            if self.size:
                file.truncate(self.size)


def text(*words: str) -> Bomb:
    return Bomb(lambda: [word.encode() for word in words], "it has a DOCTYPE")


def inside(body: Callable[[], Iterable[bytes]], said: str = "", before: bytes = b"<testsuite name='s'>", after: bytes = b"</testsuite>") -> Bomb:
    """A report around the body."""

    def parts() -> Iterator[bytes]:
        yield before
        yield from body()
        yield after

    return Bomb(parts, said)


def many(piece: bytes, size: int = GREAT) -> Iterator[bytes]:
    """The piece again and again, about `size` bytes in all."""
    block = piece * max(1, MB // len(piece))
    return repeat(block, size // len(block) + 1)


def numbered(form: bytes, count: int) -> Iterator[bytes]:
    """The form with another number in it each time."""
    return (form % number for number in range(count))


CASE = b"<testcase classname='c' name='t'>"
FAILURE = b"<testsuite name='s'><testcase name='t'><failure message='m'>"
FAILURE_END = b"</failure></testcase></testsuite>"
LAUGHS = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))
TAG, NAMES = "a tag or comment is larger than 1 MB", "more than 10000 names"

XML: dict[str, Bomb] = {
    "billion laughs": text(f'<!DOCTYPE t [<!ENTITY a0 "ha">{LAUGHS}]><testsuite name="&a9;"/>'),
    "quadratic blowup": text(f'<!DOCTYPE t [<!ENTITY a "{"a" * 50_000}">]><testsuite>{"&a;" * 50_000}</testsuite>'),
    "external entity": text('<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite name="&a;"/>'),
    "parameter entity": text('<!DOCTYPE t [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><testsuite/>'),
    "external subset": text('<!DOCTYPE t SYSTEM "file:///dev/zero"><testsuite/>'),
    "depth of 100,000": inside(lambda: [b"<a>" * 100_000, b"</a>" * 100_000], "nested deeper than 64"),
    "one great attribute": inside(lambda: [b"<testcase name='", EMOJI, *many(b"x"), b"'/>"], TAG),
    "one great attribute in UTF-16": Bomb(lambda: ["<testsuite name='".encode("utf-16"), *many("x".encode("utf-16-le")), "'/>".encode("utf-16-le")], TAG),
    "one great name": inside(lambda: [b"<", *many(b"x"), b"/>"], TAG),
    "many attributes in one tag": inside(lambda: [b"<testcase", *numbered(b" a%d=''", 4_000_000), b"/>"], TAG),
    "attributes just below the cap": inside(lambda: [b"<testcase", *numbered(b" a%d=''", 95_000), b"/>"], NAMES),
    "other attributes in each tag": inside(lambda: numbered(b"<a b%d=''/>", 1_000_000), NAMES),
    "other elements each time": inside(lambda: numbered(b"<a%d/>", 1_000_000), NAMES),
    "other name spaces each time": inside(lambda: numbered(b"<a xmlns:n%d='n'/>", 1_000_000), NAMES),
    "one great comment": inside(lambda: [b"<!--", *many(b"x"), b"-->"], TAG),
    "many comments": inside(lambda: many(b"<!--x-->")),
    "one great instruction": inside(lambda: [b"<?a ", *many(b"x"), b"?>"], TAG),
    "many instructions": inside(lambda: many(b"<?a b?>")),
    "many elements": inside(lambda: many(b"<a/>"), "more than 2000000 elements"),
    "4,000,000 suites": inside(lambda: many(b"<testsuite/>"), "more than 20000 suites"),
    "suites with long names": inside(lambda: (b"<testsuite name='%d%s%s'>%s</testcase></testsuite>" % (n, EMOJI, b"x" * 3000, CASE) for n in range(19_000))),
    "300,000 cases": inside(lambda: [(CASE + b"</testcase>") * 300_000], "more than 200000 test cases"),
    "failures with long texts": inside(lambda: many(CASE + b"<failure>" + EMOJI + b"x" * 30_000 + b"</failure></testcase>")),
    "failures with long names": inside(lambda: (b"<testcase name='%d%s%s'><error/></testcase>" % (n, EMOJI, b"x" * 30_000) for n in range(2000))),
    "one great text": inside(lambda: [EMOJI, *many(b"x")], before=FAILURE, after=FAILURE_END),
    "character references": inside(lambda: many(b"&#128163;"), before=FAILURE, after=FAILURE_END),
    "many CDATA sections": inside(lambda: many(b"<![CDATA[x]]>"), before=FAILURE, after=FAILURE_END),
    "UTF-7": Bomb(lambda: [b"<?xml version='1.0' encoding='utf-7'?><testsuite>+ADw-!DOCTYPE</testsuite>"], "multi-byte encodings are not supported"),
    "NUL bytes": inside(lambda: [b"\0" * MB], "not well-formed"),
    "cut short": Bomb(lambda: [b"<testsuite>", *many(CASE + b"</testcase>", MB)], "no element found"),
    "2 GB with nothing in it": Bomb(lambda: [b"<testsuite>"], "larger than 64 MB", 2 * 1024 * MB),
}  # fmt: skip

DEEP = 30_000
YAML: dict[str, bytes] = {
    "billion laughs": b"a: &a [ha]\n" + b"".join(b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 108)),
    "alias of itself": b"ignore: &a [*a]\n",
    "anchor": b"idle: &a 20m\n",
    "merge key": b"<<: {idle: 1m}\n",
    "merge of an alias": b"a: &a {idle: 1m}\n<<: *a\n",
    "deep flow sequences": b"ignore: " + b"[" * DEEP,
    "deep flow mappings": b"{a: " * DEEP,
    "deep closed sequences": b"ignore: " + b"[" * DEEP + b"]" * DEEP,
    "deep block sequences": b"ignore:\n " + b"- " * DEEP + b"x\n",
    "deep block mappings": b"".join(b"%s\n" % (b" " * n + b"a:") for n in range(300)),
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(7000)),
    "one key many times": b"idle: 20m\n" * 6000,
    "many documents": b"---\na\n" * 10_000,
    "one long key": b"k" * 65_000 + b": 1\n",
    "one long scalar": b"idle: " + b"9" * 65_000 + b"\n",
    "many patterns": b"ignore: [" + b"a, " * 20_000 + b"a]\n",
    "python object": b"idle: !!python/object/apply:os.system ['echo x']\n",
    "binary tag": b"idle: !!binary " + b"A" * 60_000 + b"\n",
    "many directives": b"%TAG !a! tag:a\n" * 4000 + b"---\nidle: 1\n",
    "NUL bytes": b"\0" * 65_000,
    "UTF-16": "idle: 20m\n".encode("utf-16"),
    "question marks": b"? " * DEEP,
    "open quotes": b"idle: '" + b"''" * DEEP,
    "escapes": b'idle: "' + b"\\x41" * 16_000 + b"\n",
    "larger than is read": b"#" * (64 * 1024 + 1),
}  # fmt: skip
