from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffd.code.languages import LONGEST_NAME, definition_in, family_of

FAMILIES = ["python", "script", "go", "rust", "c", "ruby", "shell", "sql", "markdown", "toml", "yaml", "ini", ""]


@pytest.mark.parametrize(
    ("path", "family"),
    [("a/b.py", "python"), ("x.d.ts", "script"), ("Gemfile", "ruby"), ("A.MD", "markdown"), ("Makefile", ""), ("a.py/data", ""), (".py", "python")],
)
def test_family_of(path: str, family: str) -> None:
    assert family_of(path) == family


@pytest.mark.parametrize(
    ("family", "line", "name"),
    [
        ("python", "def plain(a, b):", "plain"),
        ("python", "    async def fetch(self):", "fetch"),
        ("python", "class GZipDecoder(ContentDecoder):", "GZipDecoder"),
        ("python", "MAX_SIZE: int = 3", "MAX_SIZE"),
        ("python", '__all__ = ["a", "b"]', "__all__"),
        ("python", "setup(", "setup"),
        ("python", "result = compute()", ""),
        ("python", "def delete(url):", "delete"),
        ("python", "class function(object):", "function"),
        ("python", "print(", ""),
        ("python", "    return default(x)", ""),
        ("python", "if CONSTANT == 3:", ""),
        ("python", "classify(thing)", ""),
        ("script", "export interface WebhookAttempt { at: number }", "WebhookAttempt"),
        ("script", "export type P = {}", "P"),
        ("script", "export const x = () =>", "x"),
        ("script", "export const SHELL_TOOLS = new Set([", "SHELL_TOOLS"),
        ("script", "export default async function* walk(root) {", "walk"),
        ("script", "test('retries', async () => {", '"retries"'),
        ("script", '  it.only("a \\"b\\" c", () => {', '"a \\"b\\" c"'),
        ("script", "  it.each([1, 2])('doubles %i', (n) => {", '"doubles %i"'),
        ("script", "register({", "register"),
        ("script", "  render(props) {", "render"),
        ("script", "  async load(id: string): Promise<void> {", "load"),
        ("script", "  private handle = async (event) => {", "handle"),
        ("script", "  constructor(", "constructor"),
        ("script", "export function when(", "when"),
        ("script", "  delete(id) {", "delete"),
        ("script", "  [Symbol.iterator]() {", "[Symbol.iterator]"),
        ("script", "  'bare-block'(group) {", "bare-block"),
        ("script", "  close(): void {}", "close"),
        ("script", "  subscribe(fn: F): () => void {", "subscribe"),
        ("script", "  render(props) { // text", "render"),
        ("script", "  let refetch: () => void = () => {}", "refetch"),
        ("script", "  export const find = <T>(a: T[]): T => {", "find"),
        ("script", "declare module 'vitest' {", "vitest"),
        ("script", "module.exports = function isWord(code) {", "module.exports"),
        ("script", "  _proto.values = function values() {", "values"),
        ("script", "  return function start(options) {", "start"),
        ("script", "  expectTypeOf(a).toMatchTypeOf<{", ""),
        ("script", "return class extends A {", ""),
        ("script", "  async (x) => {", ""),
        ("script", "  if (ready) {", ""),
        ("script", "  } catch (error) {", ""),
        ("script", "  switch (kind) {", ""),
        ("script", "  return wrap(x, {", ""),
        ("script", "  items.forEach((item) => {", ""),
        ("script", "  const total = add(1, 2);", ""),
        ("script", "  const half = (x) => x / 2;", "half"),
        ("script", "  pattern.test('x')", ""),
        ("script", "  context.consume('sandbox');", ""),
        ("go", "func TestReplicaClient_SFTP(t *testing.T) {", "TestReplicaClient_SFTP"),
        ("go", "func (c *Client) Foo(ctx context.Context) error {", "Client.Foo"),
        ("go", "func (List[T]) Len() int {", "List.Len"),
        ("go", "type DB struct {", "DB"),
        ("go", "type Pager[T any] struct {", "Pager"),
        ("go", "\ttype local struct{}", "local"),
        ("go", "var ErrGone = errors.New(x)", "ErrGone"),
        ("go", "\tfmt.Println(x)", ""),
        ("rust", "pub(crate) async fn search<T>(x: T) {", "search"),
        ("rust", "impl<T: Clone> Display for Wrapper<T> {", "Wrapper"),
        ("rust", "impl HiArgs {", "HiArgs"),
        ("rust", "rgtest!(f1, |dir: Dir, mut cmd: TestCommand| {", "f1"),
        ("rust", "mod tests;", "tests"),
        ("rust", "pub(crate) mod list;", "list"),
        ("rust", "    pub fn new() -> Self {", "new"),
        ("rust", "    fn r#move(self) {", "r#move"),
        ("rust", "    type Item = u8;", "Item"),
        ("rust", "pub unsafe auto trait A {}", "A"),
        ("rust", "    let x = foo(1);", ""),
        ("c", "static int parse_line(const char *line, int n)", "parse_line"),
        ("c", "    public void handleEvent(Event e) {", "handleEvent"),
        ("c", "public sealed class Foo<T> : Bar where T : new()", "Foo"),
        ("c", "data class Point(val x: Int)", "Point"),
        ("c", "    fun String.shout(): String = uppercase()", "String.shout"),
        ("c", "  func viewDidLoad() {", "viewDidLoad"),
        ("c", "    public function index(Request $request): View", "index"),
        ("c", "void Foo::bar(int x) {", "Foo::bar"),
        ("c", "#define LIMIT 3", "LIMIT"),
        ("c", "  # define LIMIT 3", "LIMIT"),
        ("c", "void delete(int x) {", "delete"),
        ("c", "int main(void) { return 0; } /* text */", "main"),
        ("c", "static int f(int a) // text", "f"),
        ("c", "typedef unsigned int word;", "word"),
        ("c", "typedef char line[80];", "line"),
        ("c", "typedef int (*callback)(", "callback"),
        ("c", "typedef void handler(int);", "handler"),
        ("c", "typedef enum { A, B } letter;", "letter"),
        ("c", "typedef unsigned word __attribute__((mode(SI)));", "word"),
        ("c", "struct __attribute__((packed)) header {", "header"),
        ("c", "extern struct a", ""),
        ("c", "class LIBRARY_EXPORT Reader {", "Reader"),
        ("c", "      : a_(0), b_(std::move(b)) {}", ""),
        ("c", "    static function ($value) use ($request) {", ""),
        ("c", "TEST(parses) {", "parses"),
        ("c", "typedef Compare = int Function(int);", ""),
        ("c", "val x by lazy(NONE) { 3 }", ""),
        ("c", "    if (x) {", ""),
        ("c", "    } else if (y) {", ""),
        ("c", "    return call(x);", ""),
        ("c", "int forward(int);", ""),
        ("c", "    foo(x, y);", ""),
        ("ruby", "  def self.build(x)", "build"),
        ("ruby", "module Api::V1", "Api::V1"),
        ("ruby", "  it 'works' do", '"works"'),
        ("ruby", "Foo.configure do |c|", "Foo.configure"),
        ("shell", "main() {", "main"),
        ("shell", "function deploy {", "deploy"),
        ("shell", "if main; then", ""),
        ("sql", "create table p ();", "p"),
        ("sql", 'CREATE UNIQUE INDEX IF NOT EXISTS "a"."b" ON c (d);', "a.b"),
        ("sql", "insert into t values (1);", ""),
        ("markdown", "## [Unreleased]", "[Unreleased]"),
        ("markdown", "### C# ##", "C#"),
        ("markdown", "#hashtag", ""),
        ("toml", "[tool.ruff]", "tool.ruff"),
        ("yaml", "jobs:", "jobs"),
        ("yaml", "name: ci", ""),
        ("ini", "[flake8]", "flake8"),
        ("", "def plain():", ""),
    ],
)
def test_definition_in(family: str, line: str, name: str) -> None:
    assert definition_in(line, family) == name


def test_a_long_title_is_cut_at_48_characters() -> None:
    name = definition_in(f"it('{'word ' * 30}', () => {{", "script")
    assert name.endswith('…"') and len(name) <= 50


@given(st.text(), st.sampled_from(FAMILIES))
def test_any_line_has_a_name_or_none(line: str, family: str) -> None:
    name = definition_in(line, family)
    assert len(name) <= LONGEST_NAME and "\n" not in name.strip("\n")


@pytest.mark.parametrize("unit", ["a.", "  ", "\t", "(", "a ", "<", "@a() ", "export ", "\\'", "=>", "#"])
@pytest.mark.parametrize("opening", ["", "func (", "impl ", "const x:", "it(", "create ", "class "])
def test_a_line_made_to_backtrack_costs_little(opening: str, unit: str) -> None:
    line = (opening + unit * 2_000)[:1_990] + "x"
    began = time.process_time()
    for family in FAMILIES:
        definition_in(line, family)
    assert time.process_time() - began < 0.5
