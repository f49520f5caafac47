"""Secrets in a subject, a note, a report and a TODO: marks stand in their place, and the same secret has the same mark."""

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
OTHER = "glpat-" + "x7Kq2Lm9Rt4Vw8Yz3Bn6"


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit(f"fix: use {TOKEN}", {"a.py": f"def a():\n    # TODO: take out {TOKEN}\n    return 1\n"})
    day.note("gotcha", f"the token is {TOKEN}")
    day.report({"tests.test_a::test_a": f"AssertionError: {OTHER} != ''"})
    day.flush()
