"""More files than bullets, more commits than lines."""

BUDGETS = (400, 700, 1000)


def play(day):
    day.start({f"src/part{number % 4}/f{number:02}.py": f"def f{number}():\n    return 1\n" for number in range(48)})
    for commit in range(12):
        changed = {f"src/part{number % 4}/f{number:02}.py": f"def f{number}():\n    return 2\n" for number in range(commit * 4, commit * 4 + 4)}
        day.commit(f"feat: part {commit}", changed)
    day.commit("chore: headers", {f"lib/l{number:02}.py": f"# {number}\n" for number in range(22)})
    for number in range(4):
        day.write(f"src/part0/f{number * 4:02}.py", f"def f{number * 4}():\n    return 3\n")
    day.write("top.py", "def top():\n    return 1\n")
    day.flush()
