"""The daemon saw half an hour of silence: dated back to the last event."""


def play(day):
    day.start({"a.py": "a = 1\n"})
    day.commit("feat: one", {"a.py": "def a():\n    return 1\n"})
    day.report({"tests.test_a::test_a": ""})
    day.idle()
