"""Marks in five languages: TODO, FIXME, XXX, HACK, boxes, skipped tests, bodies that are not written; and those that are done again by now."""

PYTHON = """import pytest


def load(path):
    # TODO: close the file
    # FIXME(kim): bytes
    return path  # XXX slow


def save(path):
    raise NotImplementedError


def stub():
    pass
"""
TESTS = """import pytest


@pytest.mark.skip(reason="needs a network")
def test_slow():
    assert 1


def test_later():
    pytest.skip("not today")


@pytest.mark.xfail
def test_broken():
    assert 0
"""
SCRIPT = "export function later(): never {\n  throw new Error('not implemented');\n}\n// HACK: until v2\nexport const x = 1;\n"
SPEC = "test.skip('adds', () => {\n  expect(1).toBe(1);\n});\nit.todo('removes');\nxit('moves', () => {});\n"
GO = 'package a\n\nfunc Later() {\n\tpanic("not implemented")\n}\n\nfunc B() { // TODO(ada): b\n}\n'
RUST = 'fn later() {\n    todo!("all of it")\n}\n\n#[test]\n#[ignore = "slow"]\nfn slow() {}\n\n/* TODO:\n * nothing */\n'
PLAN = "# Plan\n\n- [ ] write the docs\n- [x] think\n1. [ ] ship it\n\n```\n- [ ] an example\n```\n\nTODO: the rest\n"


def play(day):
    day.start({"done.py": "def done():\n    return 1\n"})
    day.commit("feat: soon done", {"done.py": "def done():\n    # TODO: soon done\n    return 1\n", "todo.md": "- [ ] soon ticked\n"})
    day.commit("feat: python", {"load.py": PYTHON, "tests/test_load.py": TESTS, "plan.md": PLAN})
    day.write("src/later.ts", SCRIPT)
    day.write("src/later.test.ts", SPEC)
    day.write("later.go", GO)
    day.write("src/later.rs", RUST)
    day.write("done.py", "def done():\n    return 1\n")
    day.write("todo.md", "- [x] soon ticked\n")
    day.edit("load.py", "    # TODO: close the file\n", "\n\n    # TODO: close the file\n")
    day.note("todo", "ship it")
    day.flush()
