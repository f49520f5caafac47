"""A bulk commit that was reset away, and one that the reset left."""


def play(day):
    day.start({f"f{number:02}.py": f"f = {number}\n" for number in range(24)})
    day.commit("feat: headers", {f"f{number:02}.py": f"# {number}\nf = {number}\n" for number in range(24)})
    day.git("reset", "-q", "--hard", "HEAD~1")
    day.commit("feat: more", {f"g{number:02}.py": f"g = {number}\n" for number in range(21)})
    day.flush()
