"""Dependencies in a manifest that moved, and one that went there and back; decision records that were renamed and deleted."""

PACKAGE = '{\n  "name": "acme",\n  "private": true,\n  "license": "MIT",\n  "dependencies": {\n    "zod": "^3.0.0"\n  }\n}\n'


def play(day):
    day.start({"package.json": PACKAGE, "docs/adr/0001-old.md": "# 1. Old\n\nAccepted.\n"})
    day.commit("build: add p-limit", {"package.json": PACKAGE.replace('"^3.0.0"', '"^3.0.0",\n    "p-limit": "^7.3.3"')})
    day.commit("build: zod 4", {"package.json": PACKAGE.replace('"^3.0.0"', '"^4.0.0",\n    "p-limit": "^7.3.3"')})
    day.commit("build: zod 3", {"package.json": PACKAGE.replace('"^3.0.0"', '"^3.0.0",\n    "p-limit": "^7.3.3"')})
    (day.here / "web").mkdir()
    day.git("mv", "package.json", "web/package.json")
    day.commit("refactor: move it")
    day.edit("web/package.json", '  "private": true,\n', '  "private": true,\n  "type": "module",\n')
    day.commit("docs: decide", {"docs/adr/0002-queue.md": "# 2. Queue\n\nAccepted.\n\nWe use a queue for all of it.\n"})
    day.git("mv", "docs/adr/0002-queue.md", "docs/adr/0002-use-a-queue.md")
    day.commit("docs: better name")
    day.git("rm", "-q", "docs/adr/0001-old.md")
    day.commit("docs: drop")
    day.flush()
