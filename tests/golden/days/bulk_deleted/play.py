"""Thirty files deleted in one commit, thirty new ones staged and not committed."""


def play(day):
    day.start({f"old/f{number:02}.txt": f"{number}\n" for number in range(30)})
    day.git("rm", "-q", "-r", "old")
    day.commit("chore: drop old")
    for number in range(30):
        (day.here / "new").mkdir(exist_ok=True)
        (day.here / f"new/f{number:02}.py").write_text(f"def f{number}():\n    return {number}\n")
    day.git("add", "new")
    day.flush()
