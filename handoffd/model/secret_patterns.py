"""The tokens of known services: what each begins with, what it looks like, where that is written down, and one that is nobody's.

Examples stand in pieces and are joined when asked for, so that the scanners of code hosts do not take this table for a leak.
`begin`: one of these stands in every text that holds such a token; a text without any of them is not looked at further.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple


class Service(NamedTuple):
    """`pattern` matches the whole token, `\\b` in it being the edge of letters and digits alone: a token may stand behind an underscore.
    `source` is the public page or the scanner's rule that tells its form."""

    kind: str
    begin: tuple[str, ...]
    pattern: str
    source: str
    pieces: tuple[str, ...]

    @property
    def tokens(self) -> re.Pattern[str]:
        """The pattern, compiled when a text is first looked at for it."""
        return _compiled(self.pattern)

    @property
    def spans_lines(self) -> bool:
        """May a token hold a line feed? A key in a file of its own does."""
        return self.kind in _OF_SEVERAL_LINES

    @property
    def example(self) -> str:
        """A token of the right form that was never given out."""
        return "".join(self.pieces)


_OF_SEVERAL_LINES = frozenset({"putty-key", "private-key"})


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\b", _EDGE))


_A, _H, _U = "a1B2c3D4e5F6g7H8", "0123456789abcdef", "A1B2C3D4E5F6G7H8"
# The end of a terminal's colour is an edge too, though it is a letter, and so is the end of an escape: a runner shows a line end as `\n`, a URL a
# blank as `%20`.
_ESCAPE = r"(?<=\\[abfnrtv0])|(?<=\\x[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2})"
_EDGE = rf"(?:(?<![A-Za-z0-9])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?![A-Za-z0-9])|(?:(?<=[\[;0-9][mJKH])|{_ESCAPE})(?=[A-Za-z0-9]))"
_KEY = r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
# To its end, or where that was cut off as far as there are lines of it.
_BODY = (
    r"(?:(?:[^-]|-(?!----BEGIN)){0,16000}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
    r"|(?:(?:\s|\\[nr]){1,4}(?:[A-Za-z-]{1,30}: [^\n]{0,200}|[A-Za-z0-9+/=]{4,80}(?=[\s\\]|\Z)))+)?"
)

SERVICES: tuple[Service, ...] = (
    Service("aws", ("AKIA", "ASIA", "ABIA", "ACCA"), r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",
        "docs.aws.amazon.com IAM unique identifiers", ("AKIA", _U)),
    Service("aws-bedrock", ("ABSK",), r"\bABSK[A-Za-z0-9+/]{109,269}={0,2}",
        "docs.aws.amazon.com Bedrock API keys", ("ABSK", _A * 8)),
    Service("github", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\bgh[pousr]_[A-Za-z0-9]{20,255}",
        "github.blog 2021-04-05 token formats", ("ghp_", _A * 2, "abcd")),
    Service("github-pat", ("github_pat_",), r"\bgithub_pat_[A-Za-z0-9_]{20,255}",
        "docs.github.com personal access tokens", ("github_pat_", _A * 5)),
    Service("gitlab", ("gl",), r"\bgl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_=.-]{16,320}",
        "docs.gitlab.com token prefixes", ("glpat-", _A, "abcd")),
    Service("slack", ("xox", "xapp-", "xwfp-"), r"\bx(?:ox[abeoprs]|app|wfp)-[A-Za-z0-9.-]{10,300}",
        "api.slack.com token types", ("xoxb-", "123456789012-", _A)),
    Service("slack-hook", ("hooks.slack.com/",), r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,160}",
        "api.slack.com incoming webhooks", ("hooks.slack.com/services/", "T00000000/B00000000/", _A, _A)),
    Service("discord-hook", ("/api/webhooks/",), r"discord(?:app)?\.com/api/webhooks/[0-9]{15,21}/[A-Za-z0-9_-]{40,100}",
        "discord.com developer docs, webhooks", ("discord.com/api/webhooks/", "123456789012345678/", _A * 4)),
    Service("teams-hook", ("webhook.office.com/",), r"[a-z0-9-]{1,60}\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{60,260}",
        "learn.microsoft.com Teams incoming webhooks", ("acme.webhook.office.com/webhookb2/", _H, "@", _H, "/IncomingWebhook/", _H * 2)),
    Service("anthropic", ("sk-ant-",), r"\bsk-ant-[A-Za-z0-9_-]{16,220}",
        "docs.anthropic.com API keys", ("sk-ant-", "api03-", _A * 5)),
    Service("openai", ("sk-",), r"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,250}|[A-Za-z0-9]{20,60}\b)",
        "platform.openai.com API keys", ("sk-", "proj-", _A * 4)),
    Service("stripe", ("k_live_", "k_test_"), r"\b[srp]k_(?:live|test)_[A-Za-z0-9]{10,250}",
        "docs.stripe.com API keys", ("sk_", "live_", _A)),
    Service("stripe-hook", ("whsec_",), r"\bwhsec_[A-Za-z0-9+/=]{24,90}",
        "docs.stripe.com webhook signatures", ("whsec_", _A * 2)),
    Service("google", ("AIza",), r"\bAIza[0-9A-Za-z_-]{35}",
        "cloud.google.com API keys", ("AIza", _A * 2, "abc")),
    Service("google-oauth", ("ya29.",), r"\bya29\.[0-9A-Za-z_-]{20,500}",
        "developers.google.com OAuth 2.0 tokens", ("ya29.", _A * 4)),
    Service("google-client", ("GOCSPX-",), r"\bGOCSPX-[A-Za-z0-9_-]{28}",
        "cloud.google.com OAuth clients", ("GOCSPX-", _A, "abcdefghijkl")),
    Service("azure-storage", ("AccountKey=",), r"\bAccountKey=[A-Za-z0-9+/]{86}==",
        "learn.microsoft.com storage connection strings", ("AccountKey=", _A * 5, "abcdef", "==")),
    Service("azure-client", ("Q~",), r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
        "gitleaks rule azure-ad-client-secret", ("abc8Q~", _A * 2)),
    Service("npm", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b",
        "github.blog npm token format", ("npm_", _A * 2, "abcd")),
    Service("pypi", ("pypi-",), r"\bpypi-A[A-Za-z0-9_-]{40,300}",
        "pypi.org help, API tokens", ("pypi-", "AgEIcHlwaS5vcmc", _A * 5)),
    Service("rubygems", ("rubygems_",), r"\brubygems_[0-9a-f]{48}\b",
        "guides.rubygems.org API keys", ("rubygems_", _H * 3)),
    Service("crates", ("cio",), r"\bcio[A-Za-z0-9]{32}\b",
        "crates.io token format, rust-lang/crates.io", ("cio", _A * 2)),
    Service("nuget", ("oy2",), r"\boy2[a-z0-9]{43}\b",
        "learn.microsoft.com NuGet API keys", ("oy2", _H * 2, "abcdefghijk")),
    Service("clojars", ("CLOJARS_",), r"\bCLOJARS_[a-z0-9]{60}\b",
        "github.com/clojars deploy tokens", ("CLOJARS_", _H * 3, "abcdefghijkl")),
    Service("docker", ("dckr_",), r"\bdckr_[po]at_[A-Za-z0-9_-]{24,40}",
        "docs.docker.com access tokens", ("dckr_pat_", _A, "abcdefghijk")),
    Service("artifactory", ("AKCp",), r"\bAKCp[A-Za-z0-9]{60,75}\b",
        "jfrog.com API keys; gitleaks rule artifactory-api-key", ("AKCp", _A * 4, "abcde")),
    Service("sendgrid", ("SG.",), r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}",
        "docs.sendgrid.com API keys", ("SG.", _A, "abcdef.", _A * 2, "abcdefghijk")),
    Service("twilio", ("SK",), r"\bSK[0-9a-f]{32}\b",
        "twilio.com docs, API keys", ("SK", _H * 2)),
    Service("mailgun", ("key-", "pubkey-"), r"\b(?:pub)?key-[0-9a-f]{32}\b",
        "documentation.mailgun.com API keys", ("key-", _H * 2)),
    Service("mailchimp", ("-us",), r"\b[0-9a-f]{32}-us[0-9]{1,2}\b",
        "mailchimp.com developer, API keys", (_H * 2, "-us", "12")),
    Service("brevo", ("xkeysib-",), r"\bxkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}",
        "developers.brevo.com API keys", ("xkeysib-", _H * 4, "-", _A)),
    Service("telegram", (":AA",), r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",
        "core.telegram.org bots", ("123456789:", "AA", _A * 2, "a")),
    Service("facebook", ("EAA",), r"\bEAA[A-Za-z0-9]{90,300}\b",
        "developers.facebook.com access tokens", ("EAA", _A * 7)),
    Service("square", ("sq0", "EAAA"), r"\b(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,43}|EAAA[A-Za-z0-9_-]{60}\b)",
        "developer.squareup.com access tokens", ("sq0atp-", _A, "abcdef")),
    Service("shopify", ("shp",), r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
        "shopify.dev access tokens", ("shpat_", _H * 2)),
    Service("shippo", ("shippo_",), r"\bshippo_(?:live|test)_[0-9a-f]{40}\b",
        "docs.goshippo.com authentication", ("shippo_live_", _H * 2, "01234567")),
    Service("easypost", ("EZAK", "EZTK"), r"\bEZ[AT]K[A-Za-z0-9]{54}\b",
        "docs.easypost.com authentication", ("EZAK", _A * 3, "abcdef")),
    Service("duffel", ("duffel_",), r"\bduffel_(?:test|live)_[A-Za-z0-9_-]{40,50}",
        "duffel.com docs, access tokens", ("duffel_live_", _A * 2, "abcdefghijk")),
    Service("digitalocean", ("_v1_",), r"\bdo[opr]_v1_[0-9a-f]{64}\b",
        "docs.digitalocean.com token prefixes", ("dop_v1_", _H * 4)),
    Service("cloudflare-ca", ("v1.0-",), r"\bv1\.0-[0-9a-f]{24}-[0-9a-f]{146}\b",
        "developers.cloudflare.com origin CA keys", ("v1.0-", _H, "01234567-", _H * 9, "ab")),
    Service("fly", ("fo1_", "fm1", "fm2_"), r"\b(?:fo1_[A-Za-z0-9_-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/=,_-]{80,900})",
        "fly.io docs, access tokens", ("fo1_", _A * 2, "abcdefghijk")),
    Service("heroku", ("HRKU-",), r"\bHRKU-[A-Za-z0-9_-]{36,80}",
        "devcenter.heroku.com API tokens", ("HRKU-", "AA", _A * 4)),
    Service("netlify", ("nfp_", "nfo_", "nfc_"), r"\bnf[poc]_[A-Za-z0-9]{36,40}\b",
        "docs.netlify.com access tokens", ("nfp_", _A * 2, "abcd")),
    Service("render", ("rnd_",), r"\brnd_[A-Za-z0-9]{28,40}\b",
        "render.com docs, API keys", ("rnd_", _A * 2)),
    Service("pulumi", ("pul-",), r"\bpul-[0-9a-f]{40}\b",
        "pulumi.com docs, access tokens", ("pul-", _H * 2, "01234567")),
    Service("terraform", (".atlasv1.",), r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,80}",
        "developer.hashicorp.com API tokens", (_A[:14], ".atlasv1.", _A * 4, "abc")),
    Service("vault", ("hvs.", "hvb.", "hvr."), r"\bhv[sbr]\.[A-Za-z0-9_-]{24,300}",
        "developer.hashicorp.com Vault token prefixes", ("hvs.", _A * 6)),
    Service("doppler", ("dp.",), r"\bdp\.(?:pt|st|sa|ct|scim|audit)\.(?:[a-z0-9_-]{2,40}\.)?[A-Za-z0-9]{40,44}\b",
        "docs.doppler.com token formats", ("dp.pt.", _A * 2, "abcdefghijk")),
    Service("planetscale", ("pscale_",), r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}",
        "planetscale.com docs, service tokens", ("pscale_tkn_", _A * 2, "abcdefghijk")),
    Service("supabase", ("sbp_", "sb_secret_"), r"\b(?:sbp_[0-9a-f]{40}\b|sb_secret_[A-Za-z0-9_-]{28,60})",
        "supabase.com docs, API keys", ("sbp_", _H * 2, "01234567")),
    Service("databricks", ("dapi",), r"\bdapi[0-9a-f]{32}(?:-[0-9])?\b",
        "docs.databricks.com personal access tokens", ("dapi", _H * 2)),
    Service("dropbox", ("sl.",), r"\bsl\.(?:u\.)?[A-Za-z0-9_-]{120,1200}",
        "dropbox.com developers, access tokens", ("sl.", _A * 9)),
    Service("atlassian", ("ATATT3", "ATCTT3", "ATBB"), r"\b(?:AT[AC]TT3[A-Za-z0-9_=-]{100,260}|ATBB[A-Za-z0-9]{32}\b)",
        "support.atlassian.com API tokens", ("ATATT3", _A * 11)),
    Service("linear", ("lin_",), r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,64}\b",
        "linear.app developers, API keys", ("lin_api_", _A * 2, "abcdefgh")),
    Service("notion", ("ntn_", "secret_"), r"\b(?:ntn_[A-Za-z0-9]{43,50}|secret_[A-Za-z0-9]{43})\b",
        "developers.notion.com authorization", ("ntn_", _A * 2, "abcdefghijklmn")),
    Service("figma", ("fig",), r"\bfig[duh]h?_[A-Za-z0-9_-]{38,60}",
        "figma.com developers, access tokens", ("figd_", _A * 2, "abcdefgh")),
    Service("airtable", ("pat",), r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b",
        "airtable.com developers, access tokens", ("pat", _A[:14], ".", _H * 4)),
    Service("typeform", ("tfp_",), r"\btfp_[A-Za-z0-9_.=-]{44,60}",
        "typeform.com developers, access tokens", ("tfp_", _A * 3, "abcdefghijk")),
    Service("contentful", ("CFPAT-",), r"\bCFPAT-[A-Za-z0-9_-]{43}",
        "contentful.com developers, access tokens", ("CFPAT-", _A * 2, "abcdefghijk")),
    Service("postman", ("PMAK-", "PMAT-"), r"\bPMA[KT]-[0-9A-Za-z]{24,26}(?:-[0-9a-f]{34})?",
        "learning.postman.com API keys", ("PMAK-", _H, "01234567-", _H * 2, "ab")),
    Service("readme", ("rdme_",), r"\brdme_[a-z0-9]{70}\b",
        "docs.readme.com authentication", ("rdme_", _H * 4, "abcdef")),
    Service("frameio", ("fio-u-",), r"\bfio-u-[A-Za-z0-9_=-]{64}",
        "developer.frame.io authentication", ("fio-u-", _A * 4)),
    Service("newrelic", ("NRAK-", "NRJS-", "NRII-", "NRAL"), r"\bNR(?:AK|JS|II)-[A-Za-z0-9_-]{19,40}|\b[0-9a-f]{36}NRAL\b",
        "docs.newrelic.com API keys", ("NRAK-", _U, "A1B2C3D4E5F")),
    Service("grafana", ("glsa_", "glc_"), r"\b(?:glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|glc_[A-Za-z0-9+/=]{32,400})",
        "grafana.com docs, service accounts", ("glsa_", _A * 2, "_01234567")),
    Service("sentry", ("sntry",), r"\bsntry(?:u_[0-9a-f]{64}|s_[A-Za-z0-9+/=_.-]{40,300})",
        "docs.sentry.io auth tokens", ("sntryu_", _H * 4)),
    Service("sonar", ("sqp_", "squ_", "sqa_"), r"\bsq[pua]_[0-9a-f]{40}\b",
        "docs.sonarsource.com tokens", ("sqp_", _H * 2, "01234567")),
    Service("circleci", ("CCIP",), r"\bCCIP(?:AT|RJ)_[A-Za-z0-9]{20,24}_[0-9a-f]{40}\b",
        "circleci.com docs, API tokens", ("CCIPAT_", _A, "abcdef_", _H * 2, "01234567")),
    Service("buildkite", ("bkua_",), r"\bbkua_[0-9a-z]{40}\b",
        "buildkite.com docs, API access tokens", ("bkua_", _H * 2, "01234567")),
    Service("prefect", ("pnu_", "pnb_"), r"\bpn[ub]_[A-Za-z0-9]{36}\b",
        "docs.prefect.io API keys", ("pnu_", _A * 2, "abcd")),
    Service("launchdarkly", ("sdk-", "api-", "mob-"), r"\b(?:sdk|api|mob)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
        "docs.launchdarkly.com keys", ("sdk-", "01234567-", "0123-4567-89ab-", "0123456789ab")),
    Service("tailscale", ("tskey-",), r"\btskey-[a-z]{3,12}-[A-Za-z0-9]{8,24}(?:-[A-Za-z0-9]{16,40})?",
        "tailscale.com docs, key prefixes", ("tskey-auth-", _A[:12], "-", _A * 2)),
    Service("onepassword", ("ops_eyJ", "A3-"),
        r"\bops_eyJ[A-Za-z0-9+/]{200,1200}={0,2}|\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b",
        "developer.1password.com service accounts", ("A3-", "A1B2C3-", "A1B2C3D4E5F-", "A1B2C-D3E4F-G5H6J")),
    Service("age", ("AGE-SECRET-KEY-1",), r"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b",
        "age-encryption.org format", ("AGE-SECRET-KEY-1", "QPZRY9X8" * 7, "QP")),
    Service("huggingface", ("hf_", "api_org_"), r"\b(?:hf|api_org)_[A-Za-z0-9]{34,40}\b",
        "huggingface.co docs, security tokens", ("hf_", "aBcDeFgHiJkLmNoPq" * 2)),
    Service("groq", ("gsk_",), r"\bgsk_[A-Za-z0-9]{48,60}\b",
        "console.groq.com API keys", ("gsk_", _A * 3, "abcd")),
    Service("replicate", ("r8_",), r"\br8_[A-Za-z0-9]{37}\b",
        "replicate.com docs, API tokens", ("r8_", _A * 2, "abcde")),
    Service("perplexity", ("pplx-",), r"\bpplx-[A-Za-z0-9]{40,56}\b",
        "docs.perplexity.ai API keys", ("pplx-", _A * 3)),
    Service("xai", ("xai-",), r"\bxai-[A-Za-z0-9]{70,90}\b",
        "docs.x.ai API keys", ("xai-", _A * 5)),
    Service("jwt", ("eyJ",), r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}",
        "RFC 7519 section 3", ("eyJ", _A * 2, ".eyJ", _A * 2, ".", _A * 2)),
    Service("putty-key", ("PuTTY-User-Key-File-",),
        r"PuTTY-User-Key-File-[0-9]:[^\n]{1,60}(?:(?:[^P]|P(?!uTTY-User-Key)){0,9000}?Private-MAC: [0-9a-f]{40,64})?",
        "the.earth.li PuTTY appendix C",
        ("PuTTY-User-", "Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n", _A * 4, "\nPrivate-MAC: ", _H * 4)),
    Service("private-key", ("PRIVATE KEY",), _KEY + _BODY,
        "RFC 7468; openssh PROTOCOL.key; RFC 9580", ("-----BEGIN ", "OPENSSH PRIVATE KEY-----\n", _A * 4, "\n-----END OPENSSH PRIVATE KEY-----")),
)  # fmt: skip
