"""The upstream was deleted at the remote."""


def play(day):
    day.start()
    day.remote()
    day.git("checkout", "-q", "-b", "topic")
    day.commit("feat: one", {"a.py": "a = 1\n"})
    day.git("push", "-q", "-u", "origin", "topic")
    day.git("push", "-q", "origin", ":topic")
    day.git("fetch", "-q", "--prune")
    day.flush()
