"""The branch of a commit was deleted; eleven commits stand on another one."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.git("checkout", "-q", "-b", "gone")
    day.commit("feat: gone", {"gone.py": "def gone():\n    return 1\n"})
    day.git("checkout", "-q", "-b", "many", "main")
    for number in range(11):
        day.commit(f"feat: {number}", {"many.py": f"many = {number}\n"})
    day.git("checkout", "-q", "main")
    day.git("branch", "-q", "-D", "gone")
    day.write("a.py", "a = 2\n")
    day.flush()
