"""Secrets out of every text before it is journalled.

Two rules, none by entropy: prefixes of known secrets, and assignments of a literal to a name that says secret. What was there is replaced by
`[redacted:KIND:8 hex]`; the digest is keyed, so the same secret can be recognised again but not guessed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from typing import Any

_KNOWN: tuple[tuple[str, str], ...] = (
    ("private-key", r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[\s\S]{0,8000}?-----END [A-Z ]{0,20}PRIVATE KEY-----)?"),
    ("aws", r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    ("github", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})\b"),
    ("gitlab", r"\bglpat-[A-Za-z0-9_-]{16,64}"),
    ("slack", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    ("slack-hook", r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,120}"),
    ("anthropic", r"\bsk-ant-[A-Za-z0-9_-]{16,200}"),
    ("openai", r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,200}"),
    ("stripe", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,120}\b"),
    ("google", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("google-oauth", r"\bya29\.[0-9A-Za-z_-]{20,500}"),
    ("npm", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi", r"\bpypi-[A-Za-z0-9_-]{30,300}"),
    ("sendgrid", r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}"),
    ("jwt", r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}"),
    ("url-password", r"(?<=://)[^\s/:@'\"]{1,100}:[^\s/@'\"]{3,200}(?=@)"),
)
_NAMES = r"(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credentials?)"
# The value is a quoted literal, or in a KEY=value file a bare word without anything that makes it an expression.
_QUOTED = rf"\b[\w.-]{{0,40}}{_NAMES}[\w-]{{0,20}}['\"]?\s{{0,4}}(?::=|=>|[:=])\s{{0,4}}(?P<quote>['\"])(?P<quoted>[^'\"\s]{{6,300}})(?P=quote)"
_BARE = rf"(?m)(?:^|[\s;?&])(?:export )?[\w.-]{{0,40}}{_NAMES}[\w-]{{0,20}}=(?P<bare>[^\s'\"()\[\]{{}}$<>,;&|]{{8,300}})(?=$|[\s;&])"
_ASSIGNED = re.compile(f"{_QUOTED}", re.I)
_BARED = re.compile(_BARE, re.I)
_TOKENS = re.compile("|".join(f"(?P<k{at}>{pattern})" for at, (_, pattern) in enumerate(_KNOWN)))
_SUSPECT = re.compile(
    rf"{_NAMES}|://|PRIVATE KEY|AKIA|ASIA|ABIA|ACCA|gh[pousr]_|github_pat|glpat|xox|slack|sk[-_]|rk_|AIza|ya29|npm_|pypi-|SG\.|eyJ", re.I
)
_PLACEHOLDER = re.compile(
    r"^(?:<.*>|\*+|x+|\.+|change.?me|example|your[-_].*|none|null|true|false|undefined|\$\{.*|%.*%|process\.env.*|os\.environ.*)$", re.I
)


class Redactor:
    """`count` tells how many secrets were taken out since it was made."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.count = 0

    def text(self, text: str) -> str:
        """The text without secrets; the same object when there is none."""
        if len(text) < 8 or not _SUSPECT.search(text):
            return text
        text = _TOKENS.sub(lambda found: self._mark(_KNOWN[int(str(found.lastgroup)[1:])][0], found[0]), text)
        text = _ASSIGNED.sub(lambda found: self._value(found, "quoted"), text)
        return _BARED.sub(lambda found: self._value(found, "bare"), text)

    def data(self, value: Any) -> Any:
        """The same for every text inside dataclasses, tuples, lists and mappings; what holds none is returned as it is."""
        if isinstance(value, str):
            return self.text(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._object(value)
        if isinstance(value, tuple | list):
            parts = [self.data(part) for part in value]
            same = all(new is old for new, old in zip(parts, value, strict=True))
            return value if same else type(value)(parts)
        if isinstance(value, Mapping):
            return {self.data(key): self.data(part) for key, part in value.items()}
        return value

    def _object(self, value: Any) -> Any:
        changed = {}
        for field in dataclasses.fields(value):
            old = getattr(value, field.name)
            new = self.data(old)
            if new is not old and new != old:
                changed[field.name] = new
        return dataclasses.replace(value, **changed) if changed else value

    def _value(self, found: re.Match[str], group: str) -> str:
        secret = found[group]
        if secret.startswith("[redacted:") or _PLACEHOLDER.match(secret):
            return found[0]
        start, end = found.start(group) - found.start(), found.end(group) - found.start()
        return found[0][:start] + self._mark("assigned", secret) + found[0][end:]

    def _mark(self, kind: str, secret: str) -> str:
        self.count += 1
        digest = hashlib.blake2b(secret.encode("utf-8", "surrogateescape"), key=self._key[:64], digest_size=4).hexdigest()
        return f"[redacted:{kind}:{digest}]"
