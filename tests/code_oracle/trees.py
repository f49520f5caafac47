"""What tree-sitter knows of a source text: every named definition with its lines, and the full name of each line as handoffd writes one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from handoffd.code.languages import LONGEST_NAME

COUNTED = {
    "python": "function_definition class_definition type_alias_statement",
    "go": "function_declaration method_declaration type_spec type_alias",
    "rust": "function_item function_signature_item struct_item enum_item union_item trait_item type_item associated_type mod_item macro_definition",
    "c": "function_definition struct_specifier union_specifier enum_specifier type_definition preproc_def preproc_function_def",
    "javascript": "function_declaration generator_function_declaration class_declaration method_definition variable_declarator field_definition",
    "typescript": "function_declaration generator_function_declaration class_declaration abstract_class_declaration method_definition variable_declarator"
    " public_field_definition interface_declaration enum_declaration type_alias_declaration internal_module module function_signature",
}
"""Node types that are definitions. A variable or field counts when its value is a function or a class; a C struct when it has a body."""
NAMED_EXPRESSIONS = "function_expression generator_function class"
BESIDE = {
    "python": "assignment call",
    "go": "var_spec const_spec",
    "rust": "impl_item const_item static_item macro_invocation",
    "c": "declaration",
    "javascript": "call_expression assignment_expression pair",
    "typescript": "call_expression assignment_expression pair method_signature abstract_method_signature property_signature",
}
"""Node types that handoffd may name too: they are not counted, and right with or without a place in a full name."""
SHELLS = frozenset({"preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "linkage_specification", "declaration_list", "export_statement"})
"""What may hold whole definitions: an error in one of those leaves its neighbours readable."""
VALUES = frozenset({"arrow_function", "function_expression", "generator_function", "class"})
GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "go": ("tree_sitter_go", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "c": ("tree_sitter_c", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """One definition. `first`: its first line, decorators and attributes included; `line`: the line of its name; `counted`: see `COUNTED`.

    `opaque`: a macro, whose inside tree-sitter does not take apart. `also`: a second name that is as good.
    """

    first: int
    line: int
    last: int
    name: str
    counted: bool
    opaque: bool = False
    also: str = ""


@cache
def _tools(language: str) -> tuple[Any, Any]:
    """The parser of a language and the cursor that finds its definitions."""
    kit = import_module("tree_sitter")
    module, function = GRAMMARS[language]
    grammar = kit.Language(getattr(import_module(module), function)())
    kind = "typescript" if language == "tsx" else language
    words = COUNTED[kind] + " " + BESIDE[kind] + (" " + NAMED_EXPRESSIONS if kind.endswith("script") else "")
    known = [word for word in words.split() if grammar.id_for_node_kind(word, True)]
    query = kit.Query(grammar, "[" + " ".join(f"({word})" for word in known) + "] @it")
    return kit.Parser(grammar), kit.QueryCursor(query)


def read(text: str, language: str) -> tuple[list[Named], set[int] | None]:
    """Every definition, outer ones first, and the lines that may be asked for, None for all.

    In a text with an error those are the lines of the outermost definitions that hold none, unless the error made one: a function named `if`.
    """
    parser, cursor = _tools(language)
    tree = parser.parse(text.encode("utf-8", "replace"))
    nodes = sorted(cursor.captures(tree.root_node).get("it", ()), key=lambda node: (node.start_byte, -node.end_byte))
    kind = "typescript" if language == "tsx" else language
    found = [one for node in nodes if (one := _named(node, kind))]
    if not tree.root_node.has_error:
        return found, None
    sound = {line for node in _outermost(tree.root_node) if _is_sound(node, kind) for line in range(_first(node), node.end_point.row + 2)}
    return [one for one in found if one.line in sound], sound


def _outermost(node: Any) -> Iterator[Any]:
    for child in node.children:
        if child.type in SHELLS:
            yield from _outermost(child)
        else:
            yield child


def _is_sound(node: Any, kind: str) -> bool:
    name = None if node.has_error or node.type not in COUNTED[kind].split() else _name(node, kind)
    return bool(name) and name[0] not in ("if", "for", "while", "switch")


def _named(node: Any, kind: str) -> Named | None:
    name = _name(node, kind)
    if not name:
        return None
    text, line, also = name[0], name[1], _value_name(node)
    last = node.end_point.row + (1 if node.end_point.column or node.end_point.row == node.start_point.row else 0)
    opaque = node.type in ("macro_definition", "macro_invocation")
    return Named(_first(node), line, last, text, _counts(node, kind), opaque, also)


def _value_name(node: Any) -> str:
    """What a function is called that is assigned: `a.b = function c() {`, handoffd may say `a.b` where `c` stands; of a call, the function's name."""
    if node.type in NAMED_EXPRESSIONS.split() and node.parent.type in ("assignment_expression", "variable_declarator", "pair"):
        side = node.parent.child_by_field_name({"assignment_expression": "left", "pair": "key"}.get(node.parent.type, "name"))
        return _text(side).strip("\"'`")
    return re.split(r"[(`]", _text(node.child_by_field_name("function")))[0] if node.type == "call_expression" else ""


def _counts(node: Any, kind: str) -> bool:
    if node.type in ("variable_declarator", "field_definition", "public_field_definition"):
        value = node.child_by_field_name("value")
        return value is not None and value.type in VALUES
    return node.type not in BESIDE[kind].split()


def _name(node: Any, kind: str) -> tuple[str, int] | None:
    """The name as handoffd writes it and its line."""
    if kind == "c":
        return _c_name(node)
    if node.type in ("call_expression", "call"):
        return _called(node)
    if node.type == "impl_item":
        text = re.sub(r"^[&(]*(?:'\w+\s+)?(?:mut\s+|dyn\s+)*", "", _text(node.child_by_field_name("type")))
        match = re.match(r"[\w:]+", text)
        return (match[0].rstrip(":"), node.start_point.row + 1) if match else None
    if node.type == "macro_invocation":
        first = re.match(r"[^({\[]*[({\[]\s*(\w*)", _text(node))
        return (first[1] or "!", node.start_point.row + 1) if first else None
    field = {"assignment": "left", "assignment_expression": "left", "pair": "key"}.get(node.type, "name")
    name = node.child_by_field_name(field) or (node.named_children[0] if node.type in ("type_alias_statement", "field_definition") else None)
    if name is None:
        return None
    text = _text(name).strip("\"'`").partition("[")[0] if kind == "python" else _text(name).strip("\"'`")
    receiver = node.child_by_field_name("receiver")
    if kind == "go" and receiver is not None:
        owner = re.search(r"(\w+)\s*(?:\[.*\])?\s*,?\s*\)$", _text(receiver), re.DOTALL)
        text = f"{owner[1]}.{text}" if owner else text
    return text, name.start_point.row + 1


def _called(node: Any) -> tuple[str, int] | None:
    """A call that handoffd may name: by its title in quotes, or by the function's name when it stands at column 0."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    title = given.named_children[0] if given is not None and given.named_children else None
    line = node.start_point.row + 1
    if title is not None and title.type in ("string", "template_string") and node.type == "call_expression":
        return '"' + " ".join(_text(title)[1:-1].split()), line
    return (_text(function), line) if function is not None and not node.start_point.column else None


def _c_name(node: Any) -> tuple[str, int] | None:
    body = node.child_by_field_name("body")
    if node.type.endswith("_specifier") and body is None:
        return None
    if node.type == "type_definition":
        kind = node.child_by_field_name("type")
        if kind is not None and kind.child_by_field_name("body") is not None and kind.child_by_field_name("name") is not None:
            return None
    name = node.child_by_field_name("name") or node.child_by_field_name("declarator")
    while name is not None and name.type not in ("identifier", "type_identifier", "field_identifier", "primitive_type"):
        name = name.child_by_field_name("declarator") or (name.named_children[-1] if name.named_children else None)
    return (_text(name), name.start_point.row + 1) if name is not None else None


def _text(node: Any) -> str:
    return str(node.text.decode("utf-8", "replace"))


def _first(node: Any) -> int:
    """The first line, with the decorators, attributes and `export` above it."""
    while node.parent is not None and node.parent.type in (
        "decorated_definition",
        "export_statement",
        "lexical_declaration",
        "variable_declaration",
        "expression_statement",
    ):
        node = node.parent
    first = above = node.start_point.row
    before = node.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "decorator", "line_comment") and before.end_point.row >= above - 1:
        above = before.start_point.row
        first = above if before.type != "line_comment" else first
        before = before.prev_named_sibling
    return first + 1


def chains(found: Sequence[Named], lines: Sequence[int]) -> Iterator[list[Named]]:
    """For each of the rising `lines`, the definitions around it, outer ones first; of those that begin on it, the first alone."""
    ahead = 0
    opened: list[Named] = []
    for line in lines:
        while ahead < len(found) and found[ahead].first <= line:
            opened.append(found[ahead])
            ahead += 1
        opened = [one for one in opened if one.last >= line]
        own = [one for one in opened if one.first == line and one.counted]
        yield [one for one in opened if one.first < line or not own or one is own[0] or not one.counted]


def right(told: str, chain: Sequence[Named]) -> bool:
    """Is `told` the full name of `chain`? What is beside the count may be left out; a title in quotes starts a new name."""
    opaque = any(one.opaque for one in chain)
    titles = [index for index, one in enumerate(chain) if one.name.startswith('"')]
    return any(_matches(told, chain, start, opaque) for start in (0, *titles, *(index + 1 for index in titles)))


def _matches(told: str, chain: Sequence[Named], index: int, opaque: bool) -> bool:
    if index == len(chain):
        return not told or opaque
    one = chain[index]
    if not one.counted and _matches(told, chain, index + 1, opaque):
        return True
    if one.name.startswith('"') and told.startswith(one.name[:40]):
        return not any(later.counted for later in chain[index + 1 :])
    names = [name[: LONGEST_NAME - 1] for name in (one.name, one.also) if name]
    return any(
        _matches(told[len(name) :].removeprefix("…").removeprefix("."), chain, index + 1, opaque)
        for name in names
        if told == name or told.startswith((name + ".", name + "…"))
    )
