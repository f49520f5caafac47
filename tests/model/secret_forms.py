"""Tokens as the services document them: prefix, alphabet and length, told apart from the patterns that look for them."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping

LETTERS = string.ascii_letters
ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "_-"
BASE64 = ALNUM + "+/"
BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

Form = Callable[[random.Random], str]


def of(*parts: str | tuple[str, int] | tuple[str, int, int]) -> Form:
    """A form of fixed pieces and of (alphabet, length) or (alphabet, shortest, longest)."""

    def make(rng: random.Random) -> str:
        made = ""
        for part in parts:
            if isinstance(part, str):
                made += part
            else:
                made += "".join(rng.choices(part[0], k=rng.randint(part[1], part[-1])))
        # A separator at the end would be read as the sentence's own.
        return made if made[-1] not in "-_." or made.endswith("-----") else made[:-1] + "x"

    return make


def any_of(*forms: Form) -> Form:
    return lambda rng: rng.choice(forms)(rng)


FORMS: Mapping[str, Form] = {
    "aws": any_of(of("AKIA", (UPPER, 16)), of("ASIA", (UPPER, 16))),
    "github": any_of(*(of(f"gh{kind}_", (ALNUM, 36)) for kind in "pous")),
    "github-pat": of("github_pat_", (ALNUM, 22), "_", (ALNUM, 59)),
    "gitlab": any_of(of("glpat-", (URLSAFE, 20)), of("glrt-", (URLSAFE, 20)), of("gldt-", (URLSAFE, 20)), of("glptt-", (HEX, 40))),
    "slack": any_of(of("xoxb-", (string.digits, 12), "-", (string.digits, 12), "-", (ALNUM, 24)), of("xoxp-", (string.digits, 12), "-", (HEX, 32))),
    "slack-app": of("xapp-1-A", (UPPER, 10), "-", (string.digits, 13), "-", (HEX, 64)),
    "slack-hook": of("https://hooks.slack.com/services/T", (UPPER, 8), "/B", (UPPER, 8), "/", (ALNUM, 24)),
    "discord-hook": of("https://discord.com/api/webhooks/", (string.digits, 18), "/", (URLSAFE, 68)),
    "anthropic": of("sk-ant-api03-", (URLSAFE, 93), "AA"),
    "openai": any_of(of("sk-proj-", (URLSAFE, 64), "T3BlbkFJ", (URLSAFE, 64)), of("sk-", (ALNUM, 20), "T3BlbkFJ", (ALNUM, 20))),
    "stripe": any_of(of("sk_live_", (ALNUM, 24, 99)), of("rk_live_", (ALNUM, 24, 99)), of("sk_test_", (ALNUM, 24))),
    "stripe-hook": of("whsec_", (ALNUM, 32)),
    "google": of("AIzaSy", (URLSAFE, 33)),
    "google-oauth": of("ya29.", (URLSAFE, 100, 180)),
    "google-client": of("GOCSPX-", (URLSAFE, 28)),
    "azure-storage": of("AccountName=acme;AccountKey=", (BASE64, 86), "=="),
    "azure-client": of((ALNUM, 3), "8Q~", (ALNUM + "_.-", 34)),
    "npm": of("npm_", (ALNUM, 36)),
    "pypi": of("pypi-AgEIcHlwaS5vcmc", (URLSAFE, 120, 160)),
    "rubygems": of("rubygems_", (HEX, 48)),
    "crates": of("cio", (ALNUM, 32)),
    "nuget": of("oy2", (LOWER, 43)),
    "docker": of("dckr_pat_", (URLSAFE, 27)),
    "sendgrid": of("SG.", (URLSAFE, 22), ".", (URLSAFE, 43)),
    "twilio": of("SK", (HEX, 32)),
    "mailgun": of("key-", (HEX, 32)),
    "mailchimp": of((HEX, 32), "-us", (string.digits[1:], 1)),
    "brevo": of("xkeysib-", (HEX, 64), "-", (ALNUM, 16)),
    "telegram": of((string.digits[1:], 1), (string.digits, 9), ":AA", (URLSAFE, 33)),
    "square": of("sq0atp-", (URLSAFE, 22)),
    "shopify": any_of(of("shpat_", (HEX, 32)), of("shpss_", (HEX, 32))),
    "shippo": of("shippo_live_", (HEX, 40)),
    "easypost": of("EZAK", (ALNUM, 54)),
    "digitalocean": any_of(of("dop_v1_", (HEX, 64)), of("doo_v1_", (HEX, 64))),
    "fly": of("fo1_", (URLSAFE, 43)),
    "netlify": of("nfp_", (ALNUM, 40)),
    "pulumi": of("pul-", (HEX, 40)),
    "terraform": of((ALNUM, 14), ".atlasv1.", (ALNUM, 67)),
    "vault": any_of(of("hvs.", (URLSAFE, 90, 120)), of("hvb.", (URLSAFE, 138, 212))),
    "doppler": of("dp.pt.", (ALNUM, 43)),
    "planetscale": of("pscale_tkn_", (URLSAFE, 43)),
    "supabase": of("sbp_", (HEX, 40)),
    "databricks": of("dapi", (HEX, 32)),
    "dropbox": of("sl.", (URLSAFE, 135)),
    "atlassian": any_of(of("ATATT3xFfGF0", (URLSAFE, 171), "=", ("ABCDEF0123456789", 8)), of("ATBB", (ALNUM, 32))),
    "linear": of("lin_api_", (ALNUM, 40)),
    "notion": of("ntn_", (ALNUM, 46)),
    "figma": of("figd_", (URLSAFE, 40)),
    "airtable": of("pat", (ALNUM, 14), ".", (HEX, 64)),
    "typeform": of("tfp_", (ALNUM, 44), "_", (ALNUM, 14)),
    "contentful": of("CFPAT-", (URLSAFE, 43)),
    "postman": of("PMAK-", (HEX, 24), "-", (HEX, 34)),
    "newrelic": of("NRAK-", (UPPER, 27)),
    "grafana": of("glsa_", (ALNUM, 32), "_", (HEX, 8)),
    "sentry": of("sntryu_", (HEX, 64)),
    "sonar": of("sqp_", (HEX, 40)),
    "circleci": of("CCIPAT_", (ALNUM, 22), "_", (HEX, 40)),
    "buildkite": of("bkua_", (LOWER, 40)),
    "prefect": of("pnu_", (ALNUM, 36)),
    "launchdarkly": of("sdk-", (HEX, 8), "-", (HEX, 4), "-", (HEX, 4), "-", (HEX, 4), "-", (HEX, 12)),
    "tailscale": of("tskey-auth-k", (ALNUM, 11), "CNTRL-", (ALNUM, 32)),
    "age": of("AGE-SECRET-KEY-1", (BECH32, 58)),
    "huggingface": of("hf_", (LETTERS, 34)),
    "groq": of("gsk_", (ALNUM, 52)),
    "replicate": of("r8_", (ALNUM, 37)),
    "perplexity": of("pplx-", (ALNUM, 48)),
    "xai": of("xai-", (ALNUM, 80)),
    "jwt": of("eyJ", (URLSAFE, 33), ".eyJ", (URLSAFE, 60, 200), ".", (URLSAFE, 43)),
    "rsa-key": of("-----BEGIN RSA PRIVATE KEY-----\n", (BASE64, 64), "\n", (BASE64, 64), "\n-----END RSA PRIVATE KEY-----"),
    "openssh-key": of("-----BEGIN OPENSSH PRIVATE KEY-----\n", (BASE64, 70), "\n", (BASE64, 70), "\n-----END OPENSSH PRIVATE KEY-----"),
    "cut-key": of("-----BEGIN EC PRIVATE KEY-----\n", (BASE64, 64), "\n", (BASE64, 64), "\n", (BASE64, 50)),
    "pgp-key": of("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n", (BASE64, 64), "\n=", (BASE64, 4), "\n-----END PGP PRIVATE KEY BLOCK-----"),
    "putty-key": of("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: a\nPrivate-Lines: 1\n", (BASE64, 64), "\nPrivate-MAC: ", (HEX, 64)),
    "url-password": of("https://deploy:", (ALNUM + "!*_-", 8, 40), "1@git.example.com/x.git"),
    "postgres-url": of("postgresql://app:", (ALNUM, 12, 30), "7@db.example.com:5432/app"),
    "password": of('password = "', (ALNUM + "!#%*_-", 8, 40), '9"'),
    "api-key": of("export ACME_API_KEY=", (ALNUM, 20, 40), "8"),
    "token-yaml": of("token: ", (ALNUM, 20, 40), "8"),
}

# The part of a form that is no secret.
OPEN = ("https://hooks.slack.com/services/", "https://discord.com/api/webhooks/", "AccountName=acme;AccountKey=")
CONTEXTS = [
    "{}", "see {} there", "'{}'", '"{}"', "`{}`", "({})", "<{}>", "key={}", "https://example.com/?q={}&x=1", "credentials: {}", '{{"a": "{}", "b": 1}}',
    "the old one was {}", "keys/{}/readme.txt", "backup_{}_old", "{}, and {}", "[{}]", "-H 'X-Key: {}'", "a\t{}\tb", "fix: rotate {}\n\nmore", "→{}←", "\x1b[31m{}\x1b[0m",
]  # fmt: skip
# What must stand as it is to be an assignment, a key or a URL.
WHOLE = ["{}", "  {}", "fix: {}", "a\n{}\nb", "first line\n\n{}"]


def secret_of(kind: str, made: str) -> list[str]:
    """The parts of what was made that must not be seen again."""
    if kind.endswith("-key") and "\n" in made:
        return [line for line in made.split("\n") if len(line) > 40 and not line.startswith(("-----", "PuTTY"))]
    for mark in ("deploy:", "app:", 'password = "', "export ACME_API_KEY=", "token: ", *OPEN):
        if mark in made:
            return [made.split(mark, 1)[1].partition("@")[0].rstrip('"')]
    return [made]


def contexts(kind: str) -> list[str]:
    return WHOLE if kind.endswith(("-key", "url", "url-password", "password", "yaml")) else CONTEXTS
