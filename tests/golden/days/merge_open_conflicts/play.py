"""A merge stopped: conflicts open, taken from either side, merged by hand, in a file that was renamed here; a TODO between the markers."""

BUDGETS = (300, 450)

LINES = "".join(f"line {number}\n" for number in range(1, 41))


def changed(number, text, lines=LINES):
    return lines.replace(f"line {number}\n", f"{text}\n")


def play(day):
    names = ("both.py", "head.py", "other.py", "mixed.py", "parsers/moved.py")
    day.start(dict.fromkeys(names, LINES))
    day.git("checkout", "-q", "-b", "topic")
    day.git("mv", "parsers", "adapters")
    day.commit("refactor: rename parsers")
    twice = changed(30, "mine too", changed(10, "mine  # TODO: ask Kim"))
    day.commit("feat: mine", {"both.py": twice, "head.py": changed(5, "mine"), "other.py": changed(5, "mine"), "mixed.py": changed(5, "mine")})
    day.commit("fix: moved, mine", {"adapters/moved.py": changed(20, "mine")})
    day.git("checkout", "-q", "main")
    twice = changed(30, "theirs too", changed(10, "theirs"))
    day.commit(
        "feat: theirs", {"both.py": twice, "head.py": changed(5, "theirs"), "other.py": changed(5, "theirs"), "mixed.py": changed(5, "theirs")}
    )
    day.commit("fix: moved, theirs", {"parsers/moved.py": changed(20, "theirs")})
    day.commit("feat: new there", {"new.py": "x = 1\n", "docs/new.md": "# New\n"})
    day.git("checkout", "-q", "topic")
    day.git("merge", "main", fails=True)
    day.git("checkout", "--ours", "head.py")
    day.git("add", "head.py")
    day.git("checkout", "--theirs", "other.py")
    day.git("add", "other.py")
    day.write("mixed.py", changed(5, "mine and theirs"))
    day.git("add", "mixed.py")
    day.flush()
