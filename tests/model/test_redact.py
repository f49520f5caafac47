"""Secrets go, ordinary code stays."""

from __future__ import annotations

import os
import random
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.model import secret_patterns
from handoffd.model.facts import Commit, Note
from handoffd.model.redact import Redactor, marks
from handoffd.model.secret_patterns import SERVICES, Service
from tests.model import secret_forms
from tests.model.secret_forms import FORMS, contexts, secret_of

TOKENS = 2000 if os.environ.get("HANDOFFD_NIGHTLY") else 26

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
    "rotate_manager_token=rotate_manager_token",
    "<Secret: 'any_name'>",
    "http://user:password@host/ and https://user:pass@host/",
    '"input": "http://`{}`:`{}`@h/",',
    'Unknown TAP token: "======================"',
    "password = '********'",
    "task-risk-management-and-more-of-it",
    "This reverts commit 0123456789abcdef0123456789abcdef01234567.",
    "index 0123456789abcdef..abcdef0123456789 100644",
]


def redactor() -> Redactor:
    return Redactor(b"k" * 32)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.kind)
def test_the_token_of_a_service_goes(service: Service) -> None:
    own = redactor()
    made = own.text(f"see {service.example} there")
    assert re.fullmatch(rf"see (?:\S*=)?\[redacted:{service.kind}:[0-9a-f]{{8}}\] there", made) and own.count == 1
    assert len(service.source) > 8 and any(begin in service.example for begin in service.begin)
    assert own.text(made) == made, "what was taken out is taken out once"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.kind)
def test_a_token_goes_from_a_later_line_than_the_first_that_looks_like_one(service: Service) -> None:
    before = "\n".join(f"a line with {begin} alone" for begin in service.begin)
    made = redactor().redact_keeping_lines(f"{before}\n{before}\nsee {service.example} there\n{before}\n")
    assert f"[redacted:{service.kind}:" in made and service.example not in made and made.startswith(before)


def test_what_may_hold_a_line_feed_is_known_as_such() -> None:
    """Of all others only single lines are searched."""
    several = {service.kind for service in SERVICES if re.search(r"\[\^|\\s|\\n|\\W|\\D|\(\?s", service.pattern)}
    assert several == {service.kind for service in SERVICES if service.spans_lines} == {"putty-key", "private-key"}


def test_the_table_is_long_enough_and_trips_no_scanner() -> None:
    assert len({service.kind for service in SERVICES}) >= 40
    for source in (Path(secret_patterns.__file__), Path(__file__), Path(secret_forms.__file__)):
        text = source.read_text(encoding="utf-8")
        assert not [service.kind for service in SERVICES if service.kind != "private-key" and service.example in text]


@pytest.mark.parametrize("kind", FORMS)
def test_nearly_all_tokens_of_the_documented_forms_go(kind: str) -> None:
    """At least 99 % in all contexts: with 26 of each of 78 forms none may be left but by the very rare chance."""
    rng = random.Random(f"20260311 {kind}")
    missed = []
    for _ in range(TOKENS):
        token, context = FORMS[kind](rng), rng.choice(contexts(kind))
        text = context.format(*[token] * context.count("{}"))
        made = redactor().text(text)
        missed += [text for secret in secret_of(kind, token) if secret[-12:] in made]
    assert not missed, f"{len(missed)} of {TOKENS}: {missed[:2]}"


def test_a_key_that_is_cut_off_goes_as_far_as_it_is_there() -> None:
    whole = next(service.example for service in SERVICES if service.kind == "private-key")
    body = whole.split("\n")[1]
    for end in range(40, len(whole)):
        assert body[:20] not in redactor().text(f"a\n{whole[:end]}")


@pytest.mark.parametrize("escape", [r"\n", r"\t", r"\x1b", r"\u00a0", "%20", "%3D"])
def test_a_token_behind_an_escape_goes(escape: str) -> None:
    for service in SERVICES:
        assert service.example not in Redactor(b"k").text(f"E   AssertionError: 'header{escape}{service.example}'"), service.kind


def test_a_key_whose_line_ends_are_escaped_goes_though_it_is_cut_off() -> None:
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
    text = Redactor(b"k").text("-----BEGIN " + rf"PRIVATE KEY-----\n{body}\n{body}\n{body}")
    assert body not in text and text.startswith("[redacted:")


PIECES = [begin for service in SERVICES for begin in service.begin] + [service.example for service in SERVICES]
PIECES += ["token=", "pwd: ", "://a:", "@h", " ", "/", "src", "İ", "key = '", "'", "hunter22hunter22"]


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_what_stands_beside_a_text_changes_nothing_in_it(pieces: list[str]) -> None:
    """A text is looked through for what its signs allow only: with a line of all signs after it for everything."""
    text, own, other = "".join(pieces), redactor(), redactor()
    made = own.text(text)
    assert other.text(f"{text}\n_-A") == f"{made}\n_-A" and own.count == other.count
    assert own.text(text) == made and own.count == 2 * other.count, "a secret is one the second time too"


@given(st.lists(st.sampled_from([*PIECES, "a", ".py", ":17"]), max_size=6), st.data())
def test_a_part_of_what_was_seen_is_seen_as_if_it_stood_alone(pieces: list[str], data: st.DataObject) -> None:
    text, own = "".join(pieces), redactor()
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    own.text(text)
    assert own.text(part) == redactor().text(part)


def test_an_object_that_is_gone_is_no_longer_known() -> None:
    there = {"0123456789abcdef0123456789abcdef01234567"}
    own, text = Redactor(b"k", known=lambda name: name in there), f"pwd={min(there)}"
    assert own.text(text) == text
    there.clear()
    assert own.text(text).startswith("pwd=[redacted:")


def test_lines_of_a_secret_stay_as_many() -> None:
    key = next(service.example for service in SERVICES if service.kind == "private-key")
    lines = ["a", *key.split("\n"), "b"]
    made = redactor().lines(lines)
    assert len(made) == len(lines) and (made[0], made[-1]) == ("a", "b") and len(set(made[1:-1])) == 1
    plain = ("a", "b")
    assert redactor().lines(plain) == plain


def test_names_of_objects_are_no_secrets() -> None:
    known = "0123456789abcdef0123456789abcdef01234567"
    own = Redactor(b"k" * 32, known=lambda name: name == known)
    assert own.text(f'token = "{known}"') == f'token = "{known}"'
    assert known[::-1] not in own.text(f'token = "{known[::-1]}"'), "a name of nothing here may well be a secret"


@pytest.mark.parametrize(
    "line", ['password = "hunter22"', "export API_KEY=abcdef123456", "client_secret: 'abcdefgh'", "https://bob:s3cret@example.com/"]
)
def test_an_assigned_secret_goes(line: str) -> None:
    made = Redactor(b"k" * 32).text(line)
    assert "[redacted:" in made and "hunter22" not in made and "abcdef" not in made and "s3cret" not in made


@pytest.mark.parametrize("line", PLAIN)
def test_ordinary_code_stays(line: str) -> None:
    assert Redactor(b"k" * 32).text(line) == line


def test_the_same_secret_has_the_same_mark_under_one_key_only() -> None:
    one, two = Redactor(b"a" * 32), Redactor(b"b" * 32)
    secret = SERVICES[0].example
    assert one.text(secret) == one.text(secret) != two.text(secret)


def test_facts_are_redacted_in_every_field() -> None:
    one, two = SERVICES[0].example, SERVICES[2].example
    fact = Commit("a" * 40, "b" * 40, "commit", subject=f"add {one}", trailers=(("Why", two),))
    made = Redactor(b"k" * 32).data(fact)
    assert one not in repr(made) and two not in repr(made)
    clean = Note("todo", "nothing here")
    assert Redactor(b"k" * 32).data(clean) is clean
    assert replace(made, subject="", trailers=()) == replace(fact, subject="", trailers=())


def test_marks_are_found_wherever_they_stand() -> None:
    mark = "[redacted:aws:12345678]"
    assert list(marks(Note("todo", f"a {mark} b {mark}", steps=(mark,)))) == [mark] * 3
    assert list(marks({mark: [{"x": "redacted"}]})) == [mark]


def test_hostile_text_takes_no_time() -> None:
    before = time.process_time()
    for text in (
        "password" * 5000 + "=",
        "a." * 50000 + "token",
        "eyJ" + "a" * 100000,
        "token = " * 20000,
        "-----BEGIN PRIVATE KEY-----\n" * 20000,
        "eyJa-" * 50000,
        "PuTTY-User-Key-File-2: a\n" * 20000,
    ):
        Redactor(b"k" * 32).text(text)
    assert time.process_time() - before < 10
