"""One green report of several suites on a tree that was clean."""


def play(day):
    day.start({"a.go": "package a\n", ".gitignore": "reports/\n"})
    day.commit("feat: b", {"b.go": "package a\n\nfunc B() int {\n\treturn 1\n}\n"})
    day.report({"acme/store::TestPut": "", "acme/store::TestGet": "skip", "acme/web::TestServe": ""}, "reports/go.xml", "go")
    day.flush()
