"""Nothing but what an agent said of itself."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.spool("agent", "agent1", tool="coder", type="read", path="a.py")
    day.flush()
