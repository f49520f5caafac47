"""More notes than a section shows."""

BUDGETS = (400, 1200)


def play(day):
    day.start()
    for number in range(103):
        day.note("todo", f"step {number}")
    day.flush()
