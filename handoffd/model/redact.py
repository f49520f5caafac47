"""Secrets out of every text before it is journalled.

Three rules, none by entropy: tokens of known services (secret_patterns.py), passwords in URLs, and assignments of a literal to a name that says
secret. What was there is replaced by `[redacted:KIND:8 hex]`; the digest is keyed, so the same secret can be recognised again but not guessed.
Names of the repository's objects are no secrets, whatever they are assigned to.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from handoffd.model.lazy import lazy
from handoffd.model.records import fields, is_record, replace
from handoffd.model.secret_patterns import SERVICES, Service

MARK = lazy(r"\[redacted:[a-z0-9-]{1,40}:[0-9a-f]{8}\]")
_URL = lazy(r"(?<=://)(?P<user>[^\s/:@'\"<>]{0,100}):(?P<secret>[^\s/@'\"<>{}$`]{3,300})(?=@[\w\[])")
_NAMES = r"(?:password|passwd|passphrase|pwd|secret|token|(?:api|access|auth|secret|private)[_-]?key|credential)"
_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "key", "credential")
# A quoted literal; in a file of settings a bare word without anything that makes it an expression; there too after a colon, when it
# has letters and digits and nothing follows.
_ASSIGNED = lazy(rf"{_NAMES}s?['\"]?\]?\s{{0,4}}(?:=>|:=|[:=])\s{{0,4}}[rbuf]?(?P<quote>['\"])(?P<secret>[^'\"\s]{{6,300}})(?P=quote)", re.I)
_BARE = lazy(rf"{_NAMES}=(?P<secret>[^\s'\"()\[\]{{}}$<>,;&|`]{{8,300}})(?=$|[\s;&'\"])", re.I | re.M)
_LISTED = lazy(rf"{_NAMES}:[ \t]{{1,4}}(?P<secret>(?=\S*[0-9])(?=\S*[A-Za-z])[A-Za-z0-9+/=_!@#%^*~.-]{{8,300}})[ \t]*$", re.I | re.M)
# What is handed on under its own kind of name: `token=new_token`.
_PASSED = lazy(r"[A-Za-z_]*(?:password|passwd|secret|token|key|credential)s?(?:_[A-Za-z_]*)?", re.I)
_NOTHING = lazy(r"(?!)")
_OBJECT = lazy(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLACEHOLDER = lazy(
    r"<.*>|(.)\1*|change.?(?:me|it).*|examples?|(?:your|my|any|some|test|fake|dummy|the|an?|new|old|example|invalid|wrong|secret)(?:[-_ ][A-Za-z]+)+"
    r"|none|null|nil|true|false|undefined|required|optional|string|str|bytes|int|\$\{[^}]*\}|\$\w+|%\w*%|%\(?\w*\)?[sdr]|\{.*\}|process\.env.*|os\.environ.*|env[.(:].*"
    r"|(?:pass(?:word|wd|phrase)?|pwd|secret|token|key|credentials?|user(?:name)?|api|auth|access|private|bearer|basic|hidden|redacted)(?:[-_.]?\w{0,3})"
    r"|\[redacted:.*",
    re.I,
)
# Texts without a secret that are remembered: shorter than an object's name, of which only the repository knows whether it is none; so many at most.
_SHORT, _REMEMBERED = 40, 64
_FILES_REMEMBERED = 10_000
_LONG = 1000
_NO_TEXT = frozenset({int, float, bool, type(None)})
_Found = re.Match[str]


def _never(_name: str) -> bool:
    return False


class Redactor:
    """`known` tells whether a full object name is one of the repository's. `count`: how many secrets were taken out since this was made."""

    def __init__(self, key: bytes, known: Callable[[str], bool] = _never) -> None:
        self._key, self._known = key[:64], known
        self._clean: set[bytes] = set()
        self._short: set[str] = set()
        self._innocent = ""
        self.count = 0

    def text(self, text: str) -> str:
        """The text without secrets; the same object when there is none."""
        size = len(text)
        if size < 8 or text in self._short or text in self._innocent:
            return text
        clean = self._cleaned(text)
        if clean is text and size < _SHORT:
            # The same few words and paths are told again and again.
            if len(self._short) >= _REMEMBERED:
                self._short.clear()
            self._short.add(text)
        return clean

    def _cleaned(self, text: str) -> str:
        before, low = text, text.lower()
        suspects, lines = _suspects(text, low), _lines_that_name(text, low)
        if not suspects and not lines and "://" not in text:
            # Nor can any part of it hold a secret: an event's key holds its path.
            self._innocent = text if len(text) < _LONG else ""
            return text
        if any(_holds_token(text, begin, service) for begin, services in suspects for service in services):
            text = self._without_tokens(text)
        if "://" in text:
            text = _URL.sub(functools.partial(self._value, "url-password", _NOTHING), text)
        return self._without_assigned(text, lines if text is before else _lines_that_name(text, text.lower()))

    def redact_keeping_lines(self, text: str) -> str:
        """The same with as many lines as before: each line of a secret that spans several becomes its mark."""
        # A file is read as what one commit made and as what the next one changed: that it holds no secret is found out once.
        digest = _digest(text, 16, b"")
        if digest in self._clean:
            return text
        if self.text(text) is not text:
            return _LinesKept(self).text(text)
        if len(self._clean) >= _FILES_REMEMBERED:
            self._clean.clear()
        self._clean.add(digest)
        return text

    def lines(self, lines: Sequence[str]) -> tuple[str, ...]:
        """The lines of one text, as many as before."""
        return tuple(self.redact_keeping_lines("\n".join(lines)).split("\n")) if lines else ()

    def data(self, value: Any) -> Any:
        """The same for every text inside dataclasses, tuples, lists, sets and mappings; what holds none is returned as it is."""
        kind = type(value)
        if kind in _NO_TEXT:
            return value
        if isinstance(value, str):
            return self.text(value)
        if is_record(kind):
            return self._object(value)
        if isinstance(value, tuple | list | set | frozenset):
            before = list(value)
            parts = [self.data(part) for part in before]
            same = all(new is old for new, old in zip(parts, before, strict=True))
            return value if same else type(value)(parts)
        if isinstance(value, Mapping):
            return {self.data(key): self.data(part) for key, part in value.items()}
        return value

    def _object(self, value: Any) -> Any:
        changed = {}
        for field in fields(value):
            old = getattr(value, field.name)
            new = self.data(old)
            if new is not old and new != old:
                changed[field.name] = new
        return replace(value, **changed) if changed else value

    def _without_tokens(self, text: str) -> str:
        for begin, services in _by_beginning():
            if begin in text:
                for service in services:
                    text = service.tokens.sub(functools.partial(self._whole, service.kind), text)
        return text

    def _without_assigned(self, text: str, lines: list[tuple[int, int]]) -> str:
        """Only `lines` that name a secret are looked at closely: few lines of a big file do."""
        parts, done = [], 0
        for start, end in lines:
            line = clean = text[start:end]
            for pattern, passed in ((_ASSIGNED, _NOTHING), (_BARE, _PASSED), (_LISTED, _NOTHING)):
                clean = pattern.sub(functools.partial(self._value, "assigned", passed), clean)
            if clean != line:
                parts += [text[done:start], clean]
                done = end
        return "".join(parts) + text[done:] if parts else text

    def _whole(self, kind: str, found: _Found) -> str:
        return self._mark(kind, found[0])

    def _value(self, kind: str, passed: re.Pattern[str], found: _Found) -> str:
        """`passed` matches what is no secret where this one was found."""
        secret = found["secret"]
        if _PLACEHOLDER.fullmatch(secret) or passed.fullmatch(secret) or (_OBJECT.fullmatch(secret) and self._known(secret)):
            return found[0]
        start, end = found.start("secret") - found.start(), found.end("secret") - found.start()
        return found[0][:start] + self._mark(kind, secret) + found[0][end:]

    def _mark(self, kind: str, secret: str) -> str:
        self.count += 1
        return f"[redacted:{kind}:{_digest(secret, 4, self._key).hex()}]"


class _LinesKept(Redactor):
    """A mark for each line of a secret."""

    def __init__(self, of: Redactor) -> None:
        super().__init__(of._key, of._known)

    def _mark(self, kind: str, secret: str) -> str:
        mark = super()._mark(kind, secret)
        return "\n".join([mark] * (secret.count("\n") + 1))


def _digest(text: str, size: int, key: bytes) -> bytes:
    import hashlib

    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=size).digest()


def _lines_that_name(text: str, low: str) -> list[tuple[int, int]]:
    """(start, end) of each line that holds one of the words, in order; the whole text where lower case has another length."""
    if len(low) != len(text):
        return [(0, len(text))]
    spans = set()
    for word in _WORDS:
        at = low.find(word)
        while at >= 0:
            end = low.find("\n", at)
            end = len(text) if end < 0 else end
            spans.add((low.rfind("\n", 0, at) + 1, end))
            at = low.find(word, end)
    return sorted(spans) if spans else []


@functools.cache
def _by_beginning() -> tuple[tuple[str, tuple[Service, ...]], ...]:
    """What must stand in a text, and the services whose tokens are then worth looking for."""
    found: dict[str, list[Service]] = {}
    for service in SERVICES:
        for begin in service.begin:
            found.setdefault(begin, []).append(service)
    return tuple((begin, tuple(services)) for begin, services in found.items())


def _suspects(text: str, low: str) -> list[tuple[str, tuple[Service, ...]]]:
    """The services of which a token may stand in the text, as what it begins with does. Most texts are short and lack most signs: one look for a
    sign spares those for all that has it."""
    return [pair for pair in _with_signs("_" in text, "-" in text, low != text) if pair[0] in text]


def _holds_token(text: str, begin: str, service: Service) -> bool:
    """Does a token of the service stand in the text? Of a token on one line only the lines that hold `begin` are searched: `path` in a file of
    thousands of lines is no reason to search all of them for what begins with `pat`."""
    if service.spans_lines:
        return bool(service.tokens.search(text))
    at = text.find(begin)
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if service.tokens.search(text, text.rfind("\n", 0, at) + 1, end):
            return True
        at = text.find(begin, end)
    return False


@functools.cache
def _with_signs(*signs: bool) -> tuple[tuple[str, tuple[Service, ...]], ...]:
    """Of what a token may begin with, that which a text can hold that has an underscore, a hyphen, a capital or not."""
    return tuple(
        (begin, services)
        for begin, services in _by_beginning()
        if all(had or not needed for had, needed in zip(signs, ("_" in begin, "-" in begin, begin.lower() != begin), strict=True))
    )


def marks(value: Any) -> Iterator[str]:
    """Every mark in the texts of a fact, each as often as it stands there."""
    if isinstance(value, str):
        if "[redacted:" in value:
            yield from MARK.findall(value)
    elif is_record(value):
        for field in fields(value):
            yield from marks(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from marks(key)
            yield from marks(part)
    elif isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from marks(part)
