"""Which line of source code defines something: one short table of patterns a family of languages.

A family is chosen by file name. `definition_in` looks at one line alone; what stands around it is the matter of `definitions.py`.
Every pattern is anchored at the line's start and linear in its length: the text is somebody else's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from handoffd.model.characters import cut
from handoffd.model.lazy import lazy

LONGEST_LINE: Final = 2_000
LONGEST_TITLE: Final = 48
LONGEST_NAME: Final = 100

_ENDINGS: Final = {
    "python": "py pyi pyx pyw",
    "script": "js jsx mjs cjs ts tsx mts cts vue svelte",
    "go": "go",
    "rust": "rs",
    "c": "c h cc cpp cxx hh hpp hxx m mm java cs kt kts swift php scala dart groovy gradle",
    "ruby": "rb rake gemspec",
    "shell": "sh bash zsh ksh",
    "sql": "sql",
    "markdown": "md markdown mdx",
    "toml": "toml",
    "yaml": "yml yaml",
    "ini": "ini cfg conf properties editorconfig",
}
_BY_ENDING: Final = {ending: family for family, endings in _ENDINGS.items() for ending in endings.split()}
_BY_NAME: Final = {"rakefile": "ruby", "gemfile": "ruby", "vagrantfile": "ruby", "podfile": "ruby", ".bashrc": "shell", ".gitconfig": "ini"}

HEADINGS: Final = frozenset({"toml", "yaml", "ini"})
"""Families whose definition lines name only what was added: a value below a heading is better told by its own line."""

_WORDS: Final = (
    "if else elif for foreach while until do switch case match when return throw raise try catch except finally with yield await new delete"
    " sizeof typeof instanceof in of not and or assert print echo super this self import from export package using goto break continue"
    " defer select loop unless rescue ensure begin end then fi done require include function default lock synchronized guard let var"
    " const extends"
)
KEYWORDS: Final = frozenset(_WORDS.split())
"""Words that name no definition in a family without a row in `_NO_NAMES`, and that no call at the margin begins with."""
_OTHERWISE: Final = {
    "python": "",
    "go": "",
    "rust": "for",
    "script": "if for while switch catch with function async return extends implements class",
    "c": "if for foreach while switch catch return sizeof typeof else do throw using lock synchronized extends implements where function fn",
}
_NO_NAMES: Final = {family: frozenset(words.split()) for family, words in _OTHERWISE.items()}
"""By family, what a pattern takes for a name and is none. Each language has its own words: `delete` is a good name in Python, `new` in Rust."""

_STRING: Final = r"""(?:'(?P<single>(?:\\.|[^'\\])*)'?|"(?P<double>(?:\\.|[^"\\])*)"?|`(?P<back>(?:\\.|[^`\\])*)`?)"""
_TEST_WAYS: Final = "skip|only|todo|each|concurrent|sequential|serial|parallel|failing|fails|fixme|describe|skipIf|runIf|for"
_TEST_CALL: Final = rf"^\s*[xf]?(?:test|it|describe|suite|context|specify|scenario|bench)(?:\.(?:{_TEST_WAYS})\b)*"
_MODIFIERS: Final = r"(?:(?:export|default|declare|abstract|async|public|private|protected|static|readonly|override|accessor)\s+)*"
_FUNCTION_VALUE: Final = r"(?:async\s*)?(?:function\b|(?:<.*>\s*)?(?:[\w$]+\s*=>|\([^()]*(?:\([^()]*\)[^()]*)*\)[^=()]*=>))"
_VISIBLE: Final = r"(?:pub(?:\([^)]*\))?\s+)?"

_TYPES: Final = "(?:class|interface|struct|enum|union|namespace|trait|protocol|extension|object|record|@interface)"
_GNU: Final = r"__attribute__\s*\(\(.*?\)\)\s*"
_SQL_KINDS: Final = (
    "(?:temp|temporary|global|local|unlogged|unique|materialized|virtual|external|foreign|recursive|clustered|nonclustered|constraint|event"
    "|table|view|index|function|procedure|trigger|type|schema|sequence|domain|extension|policy|role|database|aggregate|operator)"
)

_TABLE: Final[dict[str, tuple[str, ...]]] = {
    "python": (
        r"^\s*(?:async\s+)?def\s+(?P<name>\w+)",
        r"^\s*class\s+(?P<name>\w+)\s*[:(\[]",
        r"^\s*type\s+(?P<name>\w+)\s*[=\[]",
        r"^(?P<name>_*[A-Z][A-Z0-9_]+)\s*(?::[^=]*)?=(?!=)",
        r"^(?P<name>\w+)\s*(?::[^=]*)?=\s*(?:[\[{]|(?:\w[\w.]*)?[\[({]\s*$)",
    ),
    "script": (
        _TEST_CALL + r"\s*\(\s*" + _STRING,
        _TEST_CALL + r"\([^'\"`]*\)\(\s*" + _STRING,
        r"^\s*" + _MODIFIERS + r"(?:/\*[^*]*\*/\s*)?function\s*\*?\s*(?P<name>[\w$]+)",
        r"^\s*" + _MODIFIERS + r"class\s+(?P<name>[\w$]+)",
        r"^\s*" + _MODIFIERS + r"(?:interface|enum|const\s+enum|namespace|module)\s+(?P<name>[\w$.]+|'[^']*'|\"[^\"]*\")\s*(?:[{<]|extends\b|$)",
        r"^\s*" + _MODIFIERS + r"type\s+(?P<name>[\w$]+)\s*[=<]",
        r"^" + _MODIFIERS + r"(?:const|let|var)\s+(?P<name>[\w$]+)",
        r"^\s+(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)(?:\s*:(?:[^=]|=>)*|\s*)=\s*" + _FUNCTION_VALUE,
        r"^\s+" + _MODIFIERS + r"(?P<name>#?[\w$]+)(?:\s*[?!]?:(?:[^=]|=>)*|\s*)=\s*" + _FUNCTION_VALUE,
        r"^(?P<name>(?:module\.)?exports(?:\.[\w$]+)*|[\w$]+(?:\.[\w$]+)*\.prototype\.[\w$]+)\s*=(?!=)",
        r"^\s+(?:(?:async|public|private|protected|static|override|get|set)\s+)+(?:\*\s*)?(?P<name>#?[\w$]+|\[[^\]]*\])\s*(?:<[^()]*>)?\((?!.*;\s*$)",
        r"^\s*(?:return|[\w$.\[\]\"']+\s*[=:])\s*(?:async\s+)?(?:function\s*\*?|class)\s+(?P<name>[\w$]+)",
        r"^\s+(?P<name>constructor)\s*\(",
    ),
    "go": (
        r"^func\s+\(\s*(?:\w+\s+(?=[\w*]))?(?:\*\s*)?(?P<owner>\w+)(?:\[[^\]]*\])?\s*\)\s*(?P<name>\w+)",
        r"^func\s+(?P<name>\w+)",
        r"^\s*type\s+(?P<name>\w+)[\s\[]",
        r"^(?:var|const)\s+(?P<name>\w+)",
    ),
    "rust": (
        r"^\s*" + _VISIBLE + r"(?:default\s+|const\s+|async\s+|unsafe\s+|safe\s+|extern\s+(?:\"[^\"]*\"\s+)?)*fn\s+(?P<name>(?:r#)?\w+)",
        r"^\s*" + _VISIBLE + r"(?:unsafe\s+|auto\s+)*(?:struct|enum|trait|union|mod|type)\s+(?P<name>(?:r#)?\w+)",
        r"^" + _VISIBLE + r"(?:const|static(?:\s+mut)?)\s+(?P<name>\w+)",
        r"^\s*(?:macro_rules!|" + _VISIBLE + r"macro\b)\s*(?P<name>(?:r#)?\w+)",
        r"^\s*(?:unsafe\s+)?impl\b(?!.*\sfor\s)\s*(?:<[^{]*>\s+)?(?P<name>[\w:]+)",
        r"^\s*(?:unsafe\s+)?impl\b[^{]*?\sfor\s+&?(?:'\w+\s+)?(?:mut\s+)?(?P<name>[\w:]+)",
        r"^\w+!\s*[({]\s*(?P<name>\w+)\s*,.*[{(\[]\s*$",
    ),
    "c": (
        r"^\s*(?!extern\s)(?:[\w@]+(?:\([^)]*\))?\s+)*" + _TYPES + r"\s+(?:class\s+|[A-Z]+_[A-Z0-9_]+\s+|" + _GNU + r")?(?P<name>\w[\w.:\\]*)"
        r"\s*(?:[{<:(]|(?:extends|implements|final|where)\b|$)",
        r"^\s*(?:[\w@]+(?:\([^)]*\))?\s+)*(?:fun|func|function)\s+&?(?:<[^>]*>\s*)?(?P<name>[\w.]+|`[^`]+`)\s*[<(]",
        r"^\s*#\s*define\s+(?P<name>\w+)",
        r"^[A-Z][A-Z0-9_]*\(\s*(?P<name>\w+)\s*\)\s*\{$",
        r"^\s*typedef\b[^;{(=]*?\b(?P<name>\w+)\s*(?:\[[^\]]*\]\s*)*(?:" + _GNU + r")?;",
        r"^\s*typedef\s+(?:struct|union|enum)\s*\{.*\}\s*(?:" + _GNU + r")?\**(?P<name>\w+)\s*;",
        r"^\s*typedef\b[^;{(=]*\(\s*(?:\w+\s+)*\*?\s*(?:const\s+)?(?P<name>\w+)\s*\)\s*\(",
        r"^\s*typedef\b[^;{(=]*?\b(?P<name>\w+)\s*\(",
    ),
    "ruby": (
        r"^\s*(?:(?:private|protected|public|private_class_method)\s+)?def\s+(?:self\.)?(?P<name>[\w.]+[?!=]?)",
        r"^\s*(?:class|module)\s+(?P<name>[A-Z][\w:]*)",
        r"^\s*x?(?:test|it|describe|context|specify|scenario|feature|RSpec\.describe)\s*\(?\s*" + _STRING + r".*\bdo\b",
        r"^\s*(?P<name>[A-Z][A-Z0-9_]+)\s*=(?!=)",
        r"^(?P<name>[A-Za-z_][\w.:]*+).*\sdo(?:\s*\|[^|]*\|)?\s*$",
    ),
    "shell": (r"^\s*function\s+(?P<name>[\w:.-]+)", r"^\s*(?P<name>[\w:.-]+)\s*\(\s*\)\s*(?:[{(]|$)"),
    "sql": (
        r"(?i)^\s*create\s+(?:or\s+(?:replace|alter)\s+)?(?:" + _SQL_KINDS + r"\s+)+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?(?P<name>[^\s(;]+)",
    ),
    "markdown": (r"^ {0,3}#{1,6}\s+(?P<name>.*\S)",),
    "toml": (r"^\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]",),
    "ini": (r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*$",),
    "yaml": (r"^(?P<name>[A-Za-z_][\w.-]*|\"[^\"]*\"|'[^']*')\s*:\s*(?:#.*)?$",),
}
_PATTERNS: Final = {family: tuple(lazy(pattern) for pattern in patterns) for family, patterns in _TABLE.items()}
_ANY: Final = {family: lazy(re.sub(r"\?P<\w+>", "?:", "|".join(patterns))) for family, patterns in _TABLE.items()}
"""All of a family's patterns in one: most lines define nothing, and one search says so."""

_METHOD: Final = lazy(r"^\s+(?:\*\s*|get\s+|set\s+)?(?P<name>#?[\w$]+|\[[^\]]*\]|'[^']*'|\"[^\"]*\")\s*(?:<[^()]*>)?\(")
_REMARK: Final = lazy(r"(?://|/\*(?:[^*]|\*(?!/))*\*/$).*")
_BODY: Final = lazy(r"\)\s*\{")
_TYPED_BODY: Final = lazy(r"\)\s*:")
_FUNCTION: Final = lazy(r"^\s*(?P<front>(?:[\w:<>,*&\[\]~?@.\\]+\s+)*)[*&]*(?P<name>~?\w[\w:~]*)\s*(?:<[^()]*>)?\(")
_NO_TYPE: Final = (KEYWORDS | {"val", "by"}) - {"export", "default", "synchronized", "const"}
_TYPED: Final = frozenset({"public", "private", "protected", "internal", "static", "void", "override", "virtual", "async", "abstract", "final"})
_CALL: Final = lazy(r"^(?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*\(")


def family_of(path: str) -> str:
    """The family of a path by its name, '' when it is none that we know."""
    name = path.rsplit("/", 1)[-1].lower()
    return _BY_NAME.get(name) or _BY_ENDING.get(name.rsplit(".", 1)[-1] if "." in name else "", "")


def definition_in(line: str, family: str) -> str:
    """The name that `line` defines, '' when it defines none. A test call is named by its title in quotes, a Go method `Type.Method`."""
    line = line.rstrip()
    return _name_in(line, family) if line and len(line) <= LONGEST_LINE else ""


# A changed file is read as it is and as it was: most lines of the second text were lines of the first.
@lru_cache(maxsize=4_096)
def _name_in(line: str, family: str) -> str:
    if family in _ANY and _ANY[family].match(line):
        match = next(match for pattern in _PATTERNS[family] if (match := pattern.match(line)))
        return cut(_name(match, family), LONGEST_NAME)
    return cut(_by_shape(line, family), LONGEST_NAME)


def _name(match: re.Match[str], family: str) -> str:
    groups = match.groupdict()
    title = groups.get("single") or groups.get("double") or groups.get("back")
    if title is not None:
        return f'"{cut(" ".join(title.split()), LONGEST_TITLE)}"'
    name = groups.get("name") or ""
    if family == "sql":
        return ".".join(part.strip("\"`'[]") for part in name.split("."))
    if family == "markdown":
        return _heading(name)
    if name in _NO_NAMES.get(family, KEYWORDS):
        return ""
    owner = groups.get("owner")
    return f"{owner}.{name}" if owner else name.strip("\"'`")


def _heading(text: str) -> str:
    """A heading without its closing number signs."""
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and bare.endswith((" ", "\t")) else text


def _by_shape(code: str, family: str) -> str:
    """Definitions that no keyword announces: methods, C functions, and calls at column 0 that open a block."""
    if family in ("script", "c"):
        if code[-1] == ";" and "=>" not in code:
            return ""
        behind = _REMARK.search(code) if "/" in code else None
        bare = code[: behind.start()].rstrip() if behind else code
        return _function(bare) if family == "c" else _method(bare) or _call(bare)
    return _call(code) if family == "python" else ""


def _method(code: str) -> str:
    match = _METHOD.match(code)
    if not match or match["name"] in _NO_NAMES["script"] or not code.endswith(("{", "{}", "{},")) or code.count("(") != code.count(")"):
        return ""
    return match["name"].strip("'\"") if _BODY.match(code, code.rfind(")")) or _TYPED_BODY.search(code) else ""


def _function(code: str) -> str:
    match = _FUNCTION.match(code)
    if not match or match["name"] in _NO_NAMES["c"]:
        return ""
    front = set(match["front"].split())
    if ":" in front or front & _NO_TYPE or (not front and match["name"] in KEYWORDS):
        return ""
    margin, balanced = not code[0].isspace(), code.count("(") == code.count(")")
    if code.endswith("{"):
        return match["name"] if balanced and (front or margin or match["name"][0].isupper() or "~" in match["name"]) else ""
    if code.endswith("}"):
        return match["name"] if balanced and (front or margin) and _BODY.search(code, match.end()) else ""
    typed = bool(front & _TYPED) or (margin and bool(front))
    closed = balanced and code.endswith((")", "const", "override", "noexcept"))
    signature = closed or code.endswith((",", "(")) or "=>" in code[match.end() :]
    return match["name"] if typed and signature else ""


def _call(code: str) -> str:
    match = _CALL.match(code)
    return match["name"] if match and code.endswith(("{", "(", "[")) and match["name"].split(".")[0] not in KEYWORDS else ""


def indent_of(line: str) -> int:
    """Columns of white space at the start; a tab counts to the next multiple of 4."""
    width = len(line) - len(line.lstrip(" \t"))
    if not width or "\t" not in line[:width]:
        return width
    return len(line[:width].expandtabs(4)) if " " in line[:width] else 4 * width
