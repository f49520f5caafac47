"""A person's word, and what an agent said of itself: the agent's alone would make no handoff."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.spool("agent", "agent1", tool="coder", type="read", path="a.py")
    day.note("todo", "read a.py")
    day.flush()
