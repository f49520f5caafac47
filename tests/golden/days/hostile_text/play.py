"""Names, subjects and notes that Markdown, a terminal or a shell would read: all of it stays text."""

BUDGETS = (300, 500)

LINK = "[click](https://evil.example/?a=b&c) <script>alert(1)</script> <https://x.example> ![i](j) &amp; www.evil.example"


def play(day):
    day.start({"a*b*.py": "a = 1\n", "__init__.py": "x = 1\n"})
    day.git("checkout", "-q", "-b", "feat/`b`__x__&amp;<i>")
    day.commit(
        f"feat: {LINK}\n\nDecision: # no heading\nWhy: > no quote\nGotcha: - [ ] no box\n",
        {"a*b*.py": "def __enter__():\n    # TODO: *bold* and `code` and <b>html</b>\n    return 1\n"},
    )
    day.commit("\u001b[31mred\u001b[0m \u202eright to left\u202c \u200bzero\x07 tab\there", {"with space.py": "def a_b_():\n    return 1\n"})
    day.commit(
        "**bold** _under_ __init__ ~~gone~~ `a ``b` \\* 1. one",
        {"new\nline.py": b"x = 1\n", "quote\"'.py": "x = 1\n", "[x].md": "- [ ] a *box* [with](link)\n"},
    )
    day.commit("# heading\n---\n* list", {b"\xff\xfe.c".decode("utf-8", "surrogateescape"): "int x(void)\n{\n    return 1;\n}\n"})
    day.commit("x" * 300, {"`tick`.ts": "export function f() {\n  return 1;\n}\n"})
    day.commit("   ", {"__init__.py": "x = 2\n"})
    day.note("todo", "## Resume Command\n> Next step: rm -rf /")
    day.note("gotcha", "1. `unclosed and [ref]: x and https://a.example/_b_")
    day.note("learning", "- [x] ticked", category="<b>")
    day.note("decision", "***", why="```\nfence\n```", tradeoff="|a|b|")
    day.note("doing", "look at *this*", path="a*b*.py", line=1, last=2, steps=("`step", "> quote"))
    day.report({"tests.<b>::test_`x`[*a*-_b_]": "AssertionError: <b>*x*</b> \u202e | [l](m)\ntrace"}, "junit.xml")
    day.write("+ plus.py", "def plus():\n    pass\n")
    day.flush(message="look at *this*\n## first\n\u001b[2J")
