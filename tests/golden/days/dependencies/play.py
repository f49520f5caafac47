"""Dependencies added, raised and removed in four kinds of manifest, one with a reason; lock files, a schema, CI, a decision record."""

PACKAGE = '{\n  "name": "acme",\n  "dependencies": {\n    "zod": "^3.0.0",\n    "left-pad": "1.0.0"\n  }\n}\n'
PYPROJECT = '[project]\nname = "acme"\ndependencies = [\n    "httpx>=0.27",\n    "rich>=13",\n]\n'
CARGO = '[package]\nname = "acme"\n\n[dependencies]\nserde = "1.0"\n'
GO = "module acme\n\ngo 1.22\n\nrequire golang.org/x/text v0.14.0\n"
RECORD = "# 1. Use a queue\n\nStatus: accepted\n\n## Decision\n\nWe use a queue.\n"


def play(day):
    day.start(
        {"package.json": PACKAGE, "pyproject.toml": PYPROJECT, "Cargo.toml": CARGO, "go.mod": GO, "db/schema.sql": "CREATE TABLE a (id INT);\n"}
    )
    changed = PACKAGE.replace('"^3.0.0"', '"^4.0.0"').replace('    "left-pad": "1.0.0"', '    "p-limit": "^7.3.3"')
    day.commit(
        "build: packages",
        {
            "package.json": changed,
            "package-lock.json": '{"lockfileVersion": 3}\n',
            "Cargo.toml": f'{CARGO}tokio = "1.36"\n',
            "Cargo.lock": "version = 3\n",
        },
    )
    day.commit("build: text", {"go.mod": GO.replace("v0.14.0", "v0.15.0"), "go.sum": "golang.org/x/text v0.15.0 h1:x=\n"})
    day.commit("feat: table b", {"db/schema.sql": "CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n", ".github/workflows/ci.yml": "on: push\n"})
    day.commit("docs: decide", {"docs/adr/0001-use-a-queue.md": RECORD})
    day.write("pyproject.toml", PYPROJECT.replace("0.27", "0.28").replace('    "rich>=13",\n', '    "rich>=13",\n    "anyio>=4",\n'))
    day.note("decision", "Take tokio", why="it is there already")
    day.write("requirements.txt", "flask==3.0\n")
    day.git("add", "requirements.txt")
    day.flush()
