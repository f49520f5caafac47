"""A word changed in thirty files in place, marks in vendored files; one of the thirty was changed again."""

BUDGETS = (250,)


def play(day):
    day.start({f"src/part{number % 3}/f{number:02}.py": f"import client\n\nclient.OldName({number})\n" for number in range(30)})
    vendored = {f"third_party/v{number}.py": "# TODO: upstream\nv = 1\n" for number in range(4)}
    day.commit(
        "refactor: rename the client",
        {**{f"src/part{number % 3}/f{number:02}.py": f"import client\n\nclient.NewName({number})\n" for number in range(30)}, **vendored},
    )
    day.commit("fix: seven", {"src/part1/f07.py": "import client\n\n\ndef seven():\n    # FIXME: seven\n    client.NewName(7)\n"})
    day.flush()
