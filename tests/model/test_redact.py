"""Secrets go, ordinary code stays."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from handoffd.model.facts import Commit, Note
from handoffd.model.redact import Redactor

SECRETS = [
    "AKIAABCDEFGHIJKLMNOP",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2_" * 8,
    "glpat-" + "x1y2z3" * 4,
    "xoxb-" + "123456789012-abcdef",
    "sk-ant-" + "api03-abcdefghijklmnop",
    "sk_live_" + "abcdefghijkl1234",
    "AIza" + "a" * 35,
    "npm_" + "a1" * 18,
    "SG." + "a" * 22 + "." + "b" * 43,
    "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 20,
    "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
]
PLAIN = [
    "token = get_token()",
    "password: str",
    'secret = os.environ["X"]',
    "feat: add password reset",
    "src/token_store.py",
    "token=${TOKEN}",
    "const password = await prompt('x')",
    "api_key = settings.api_key",
    "the token bucket = fine",
    "sk-1",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_known_secret_goes(secret: str) -> None:
    redactor = Redactor(b"k" * 32)
    made = redactor.text(f"see {secret} there")
    assert secret not in made and made.startswith("see [redacted:") and made.endswith("] there")
    assert redactor.count == 1


@pytest.mark.parametrize("line", ['password = "hunter22"', "export API_KEY=abcdef123456", "client_secret: 'abcdefgh'", "https://bob:s3cret@example.com/"])
def test_an_assigned_secret_goes(line: str) -> None:
    made = Redactor(b"k" * 32).text(line)
    assert "[redacted:" in made and "hunter22" not in made and "abcdef" not in made and "s3cret" not in made


@pytest.mark.parametrize("line", PLAIN)
def test_ordinary_code_stays(line: str) -> None:
    assert Redactor(b"k" * 32).text(line) == line


def test_the_same_secret_has_the_same_mark_under_one_key_only() -> None:
    one, two = Redactor(b"a" * 32), Redactor(b"b" * 32)
    assert one.text(SECRETS[0]) == one.text(SECRETS[0]) != two.text(SECRETS[0])


def test_facts_are_redacted_in_every_field() -> None:
    fact = Commit("a" * 40, "b" * 40, "commit", subject=f"add {SECRETS[0]}", trailers=(("Why", SECRETS[1]),))
    made = Redactor(b"k" * 32).data(fact)
    assert SECRETS[0] not in repr(made) and SECRETS[1] not in repr(made)
    clean = Note("todo", "nothing here")
    assert Redactor(b"k" * 32).data(clean) is clean
    assert replace(made, subject="", trailers=()) == replace(fact, subject="", trailers=())


def test_hostile_text_takes_no_time() -> None:
    before = time.process_time()
    for text in ("password" * 5000 + "=", "a." * 50000 + "token", "eyJ" + "a" * 100000, "token = " * 20000):
        Redactor(b"k" * 32).text(text)
    assert time.process_time() - before < 10
