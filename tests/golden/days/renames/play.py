"""Files renamed: in a commit, with changes, staged, over two steps; only the case; and one deleted."""

CODE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n\n\ndef three():\n    return 3\n"


def play(day):
    day.start(
        {
            "old/a.py": CODE,
            "b.py": CODE.replace("one", "uno"),
            "c.py": CODE.replace("one", "eins"),
            "readme.md": "# Read me\n\nWords.\n",
            "gone.py": "def gone():\n    return 0\n",
        }
    )
    day.git("mv", "old", "new")
    day.commit("refactor: move a")
    day.git("mv", "b.py", "step.py")
    day.commit("refactor: move b")
    day.git("mv", "step.py", "last.py")
    day.commit("refactor: move b again", {"last.py": CODE.replace("one", "uno").replace("return 2", "return 22")})
    day.git("mv", "readme.md", "README.md")
    day.git("rm", "-q", "gone.py")
    day.git("mv", "c.py", "d.py")
    day.write("d.py", CODE.replace("one", "eins").replace("return 3", "return 33"))
    day.flush()
