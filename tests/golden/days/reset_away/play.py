"""Commits reset away hard, softly, and one that a branch keeps."""

BUDGETS = (250,)


def play(day):
    day.start({"reg.ts": "export const reg = 1;\n"})
    day.commit("feat: look up once", {"reg.ts": "export const reg = 2;\nexport function once() {\n  return reg;\n}\n"})
    day.git("reset", "-q", "--hard", "HEAD~1")
    day.commit("feat: kept", {"kept.ts": "export const kept = 1;\n"})
    day.git("branch", "keep")
    day.git("reset", "-q", "--hard", "HEAD~1")
    day.commit("feat: soft", {"soft.ts": "export const soft = 1;\n"})
    day.git("reset", "-q", "--soft", "HEAD~1")
    day.git("reset", "-q")
    day.flush()
