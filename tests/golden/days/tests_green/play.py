"""Two reports, one of several suites: the sum, and a line for each."""


def play(day):
    day.start({"a.go": "package a\n", ".gitignore": "reports/\njunit.xml\n"})
    day.commit("feat: b", {"b.go": "package a\n\nfunc B() int {\n\treturn 1\n}\n"})
    day.report({"acme/store::TestPut": "", "acme/store::TestGet": "skip", "acme/web::TestServe": ""}, "reports/go.xml", "go")
    day.report({"tests.test_x::test_a": "", "tests.test_x::test_b": ""})
    day.flush()
