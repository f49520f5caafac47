"""A bulk commit that was reverted left nothing; a revert of a commit of another day."""


def play(day):
    day.hidden = True
    day.now -= 72 * 3600
    day.commit("chore: start", {f"f{number:02}.py": f"f = {number}\n" for number in range(24)})
    day.commit("feat: old", {"old.py": "def old():\n    return 1\n"})
    day.now += 72 * 3600
    day.hidden = False
    day.init()
    day.commit("feat: headers", {f"f{number:02}.py": f"# {number}\nf = {number}\n" for number in range(24)})
    day.git("revert", "--no-edit", "HEAD")
    day.git("revert", "--no-edit", "HEAD~2")
    day.flush()
