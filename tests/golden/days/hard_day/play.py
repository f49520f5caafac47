"""Everything at once: bulk rename, dependency, revert, reset, pull, stash, WIP, red tests, notes, an open merge. In many sizes."""

BUDGETS = (250, 600, 700, 800, 850, 900, 950, 1000, 1100, 1200, 1400, 1600, 1800, 1900)


def adapter(number, word):
    body = "".join(f"  const part{line} = {number * 1000 + line};\n" for line in range(9))
    return f"import {{ {word} }} from './types';\n\nexport function parse{number}(line: string): {word} {{\n{body}  return JSON.parse(line);\n}}\n"


INDEX = "export function buildIndex() {\n  return 1;\n}\n"
PACKAGE = '{\n  "name": "acme",\n  "dependencies": {\n    "zod": "^3.0.0"\n  }\n}\n'
TYPES = "export interface UnifiedSession {\n  id: string;\n}\n"
SPECS = "".join(f"test('case {number}', () => {{\n  buildIndex();\n}});\n" for number in range(12))


def play(day):
    sources = {f"src/parsers/f{number:02}.ts": adapter(number, "UnifiedSession") for number in range(25)}
    day.start(
        {
            **sources,
            "src/parsers/types.ts": TYPES,
            "src/index.ts": INDEX,
            "package.json": PACKAGE,
            ".gitignore": "test-results/\n",
            "docs/use.md": "See src/parsers/f00.ts.\n",
        }
    )
    day.remote()
    day.git("checkout", "-q", "-b", "work")
    day.git("mv", "src/parsers", "src/adapters")
    day.commit("refactor!: rename parsers", {f"src/adapters/f{number:02}.ts": adapter(number, "SessionRecord") for number in range(25)})
    day.git("push", "-q", "-u", "origin", "work")
    more = PACKAGE.replace('"^3.0.0"', '"^3.0.0",\n    "p-limit": "^7.3.3"')
    day.commit("build: add p-limit", {"package.json": more, "package-lock.json": '{"lockfileVersion": 3}\n'})
    day.commit("perf: four at a time", {"src/index.ts": INDEX.replace("1", "4")})
    day.git("revert", "--no-edit", "HEAD")
    day.commit("feat: look up once", {"src/reg.ts": "export const reg = new Map();\n"})
    day.git("reset", "-q", "--hard", "HEAD~1")
    day.colleague("fix: cache by id", {"src/adapters/f01.ts": adapter(1, "SessionRecord").replace("JSON.parse(line)", "cached(line)")}, "work")
    day.git("pull", "-q", "--no-rebase", "--no-edit")
    day.write("src/url.ts", "export function percent(x: number) {\n  return x;\n}\n")
    day.git("stash", "push", "-q", "-u", "-m", "fast path")
    day.commit(
        "wip: names", {f"src/adapters/f{number:02}.ts": adapter(number, "SessionRecord").replace("part0", f"first{number}") for number in range(2, 9)}
    )
    day.commit("test: index", {"tests/index.test.ts": SPECS, "tests/reg.test.ts": SPECS})
    long = "expected a rather long list of things that nobody can read at once to equal another rather long list of things"
    red = {f"tests/index.test.ts::case {number}": f"{long} {number}\n at tests/index.test.ts:{number * 3 + 2}:3" for number in range(12)}
    red |= {f"tests/reg.test.ts::case {number}": "same\n at tests/reg.test.ts:2:3" for number in range(4)}
    day.report({**red, "tests/reg.test.ts::case 5": ""}, "test-results/junit.xml", "vitest")
    day.write("src/index.ts", INDEX.replace("1", "2"))
    day.note("gotcha", "package-lock.json is updated by a colleague")
    day.note("decision", "Rename first", why="it is easy to do again", tradeoff="later merges meet renames")
    day.note("decision", "One map", why="two would differ")
    day.note("learning", "vitest caches by path", category="Testing")
    for text in ("Ask Kim about the cache", "Write the migration note", "Measure the start"):
        day.note("todo", text)
    day.note("doing", "Names of the adapters", path="src/adapters/f02.ts", line=4, steps=("f09 to f24 are left",))
    day.commit("wip: index")
    day.git("checkout", "-q", "-b", "other", "main")
    day.commit(
        "fix: parse numbers", {"src/parsers/f02.ts": adapter(2, "UnifiedSession").replace("part0", "zero"), "src/only.ts": "export const only = 1;\n"}
    )
    day.git("checkout", "-q", "work")
    day.git("merge", "other", fails=True)
    day.flush()
