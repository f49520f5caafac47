"""A bisect goes on."""


def play(day):
    day.start({"a.py": "x = 0\n"})
    for number in range(1, 5):
        day.commit(f"feat: {number}", {"a.py": f"x = {number}\n"})
    day.git("bisect", "start", "main", "main~4")
    day.flush()
