"""Lines added to the files that hold what was learned."""


def play(day):
    day.start({"CLAUDE.md": "# Rules\n\n- [Old] stays\n", "a.py": "a = 1\n"})
    day.commit("docs: learn", {"CLAUDE.md": "# Rules\n\n- [Old] stays\n- [Git] use worktrees\n- keep *it* short\n- [x] no box\n"})
    day.write("a.py", "a = 1  # [LEARN] never 2\n")
    day.write("AGENTS.md", "# Agents\n\n" + "".join(f"- rule {number}\n" for number in range(12)))
    day.note("learning", "Use worktrees", category="Git")
    day.flush()
