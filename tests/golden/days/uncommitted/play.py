"""Every kind of uncommitted change: edited, staged, both, deleted, renamed, typed, binary, mode, large, empty, untracked folders, a lone manifest."""


def code(number):
    return f"def f{number}():\n    return 1\n\n\ndef g{number}():\n    return 1\n"


def play(day):
    day.start(
        {
            **{f"f{number}.py": code(number) for number in range(9)},
            "bin.dat": b"\0\1\2",
            "run.sh": "echo\n",
            "link": "text\n",
            "package.json": "{}\n",
            "note.md": "# One\n\nWords.\n",
        }
    )
    for number in range(7):
        day.write(f"f{number}.py", code(number).replace("return 1\n\n\n", "return 2\n\n\n"))
    day.git("add", "f0.py", "f1.py")
    day.write("f1.py", code(1).replace("return 1", "return 3"))
    day.remove("f7.py")
    day.git("rm", "-q", "f8.py")
    day.write("bin.dat", b"\0\1\3")
    (day.here / "run.sh").chmod(0o755)
    (day.here / "link").unlink()
    (day.here / "link").symlink_to("run.sh")
    day.write("note.md", "# One\n\nOther words.\n\n## Two\n")
    day.write("package.json", '{"name": "x"}\n')
    day.git("add", "package.json")
    day.write("data/empty", "")
    day.write("data/more.txt", "words\n")
    day.write("large.bin", b"\0" * 6_000_000)
    day.flush()
