"""A checkpoint before an agent's context is compacted."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.write("a.py", "def a():\n    return 1\n")
    day.spool("agent", "agent1", tool="coder", type="edit", path="a.py", text="write a")
    day.spool("agent", "agent2", tool="coder", type="todo", text="write b", state="open")
    day.flush("pre-compact")
