"""Nothing but a new file."""


def play(day):
    day.start({"go.mod": "module acme\n\ngo 1.22\n"})
    day.write("atomic_test.go", 'package acme\n\nimport "testing"\n\nfunc TestAtomic(t *testing.T) {\n\tt.Log("x")\n}\n')
    day.idle()
