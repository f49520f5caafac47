"""Files and folders under real inotify."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import threading

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")


def test_edit_create_delete_and_rename_are_told(tree, watch, seen):
    watch.add(tree.target())
    tree.write("src/app.py", "two\n")
    tree.write("src/new.py")
    assert seen.has(tree.root, "src/app.py", "src/new.py")
    seen.hints.clear()
    (tree.root / "src/new.py").rename(tree.root / "src/newer.py")
    (tree.root / "src/app.py").unlink()
    assert seen.has(tree.root, "src/new.py", "src/newer.py", "src/app.py")


def test_mode_and_links_are_told(tree, watch, seen):
    watch.add(tree.target())
    (tree.root / "src/app.py").chmod(0o755)
    (tree.root / "src/link").symlink_to("app.py")
    assert seen.has(tree.root, "src/app.py", "src/link")


def test_reading_is_no_news(tree, watch, seen, settled):
    watch.add(tree.target())
    (tree.root / "src/app.py").read_text()
    tree.git("--no-optional-locks", "status")
    settled(tree)
    assert seen.paths(tree.root) == {"last-file"}
    assert not any(hint.git or hint.full for hint in seen.hints)


def test_new_folder_with_files_made_at_once(tree, watch, seen):
    watch.add(tree.target())
    wanted = [f"lib/{a}/{b}/file{n}.py" for a in "abc" for b in "de" for n in range(3)]
    for path in wanted:
        tree.write(path)
    assert seen.has(tree.root, *wanted)
    tree.write("lib/a/d/later.py")
    assert seen.has(tree.root, "lib/a/d/later.py")


def test_folder_that_was_empty_when_added(tree, watch, seen):
    (tree.root / "src/empty/deep").mkdir(parents=True)
    watch.add(tree.target())
    assert seen.until(lambda: True)
    tree.write("src/empty/deep/file.py")
    assert seen.has(tree.root, "src/empty/deep/file.py")


def test_ignored_tree_is_not_watched(tree, watch, seen, settled):
    for n in range(300):
        tree.write(f"node_modules/p{n}/index.js")
    watch.add(tree.target())
    settled(tree)
    before = watch.watches(tree.root)
    assert before < 40
    for n in range(300):
        tree.write(f"build/o{n}/x.o")
    tree.write("node_modules/p0/index.js", "changed\n")
    settled(tree, "end")
    assert watch.watches(tree.root) == before
    assert seen.paths(tree.root) == {"last-file", "end"}


def test_moved_folder_is_told_under_its_new_name(tree, watch, seen):
    watch.add(tree.target())
    tree.write("src/deep/er/a.py")
    assert seen.has(tree.root, "src/deep/er/a.py")
    (tree.root / "src/deep").rename(tree.root / "moved")
    assert seen.has(tree.root, "src/deep", "moved/er/a.py")
    tree.write("moved/er/b.py")
    assert seen.has(tree.root, "moved/er/b.py")
    assert "src/deep/er/b.py" not in seen.paths(tree.root)


def test_folder_moved_out_is_forgotten_and_watches_do_not_leak(tree, watch, seen, settled, tmp_path):
    watch.add(tree.target())
    settled(tree, "start")
    before = watch.watches(tree.root)
    tree.write("out/a/b/c.py")
    assert seen.has(tree.root, "out/a/b/c.py")
    (tree.root / "out").rename(tmp_path / "elsewhere")
    assert seen.has(tree.root, "out")
    seen.hints.clear()
    (tmp_path / "elsewhere/a/b/c.py").write_text("y")
    tree.write("again/x.py")
    shutil.rmtree(tree.root / "again")
    settled(tree, "end")
    assert seen.until(lambda: watch.watches(tree.root) == before)
    assert not any(path.startswith("out") for path in seen.paths(tree.root))


def test_names_that_are_not_text(tree, watch, seen):
    watch.add(tree.target())
    os.mkdir(os.fsencode(tree.root) + b"/d\xff")
    with open(os.fsencode(tree.root) + b"/d\xff/f\xfe\n", "wb"):
        pass
    assert seen.has(tree.root, "d\udcff/f\udcfe\n")


def test_ignore_file_changed_opens_and_closes_folders(tree, watch, seen, settled):
    tree.write("build/out/x.o")
    watch.add(tree.target())
    tree.write(".gitignore", "node_modules/\nsrc/gen/\n")
    assert seen.has(tree.root, ".gitignore")
    settled(tree)
    tree.write("build/out/y.o")
    assert seen.has(tree.root, "build/out/y.o")
    tree.write(".gitignore", "node_modules/\nbuild/\n")
    settled(tree, "more")
    settled(tree, "again")
    tree.write("build/out/z.o")
    settled(tree, "end")
    assert "build/out/z.o" not in seen.paths(tree.root)


def test_report_folder_counts_though_ignored_and_though_it_comes_later(tree, watch, seen, settled):
    watch.add(tree.target(extra=(tree.root / "build/reports/junit",)))
    tree.write("build/noise.o")
    tree.write("build/obj/noise.o")
    tree.write("build/reports/junit/a.xml")
    assert seen.has(tree.root, "build/reports/junit/a.xml")
    with (tree.root / "build/reports/junit/a.xml").open("a") as still_open:
        seen.hints.clear()
        still_open.write("more")
        still_open.flush()
        assert seen.has(tree.root, "build/reports/junit/a.xml")
    settled(tree)
    assert not {path for path in seen.paths(tree.root) if "noise" in path}


def test_folder_outside_is_told_with_its_whole_path(tree, watch, seen, tmp_path):
    outside = tmp_path / "transcripts/project"
    outside.parent.mkdir()
    watch.add(tree.target(extra=(outside,)))
    outside.mkdir()
    (outside / "a.jsonl").write_text("{}")
    assert seen.has(tree.root, str(outside / "a.jsonl"))


def test_paths_that_are_no_news(tree, watch, seen, settled):
    watch.add(tree.target(ignore=lambda path: path.startswith(".claude/handoff-")))
    tree.write(".claude/handoff-2026-03-08.md")
    tree.write(".claude/settings.json")
    settled(tree)
    assert seen.paths(tree.root) == {".claude/settings.json", "last-file"}


@pytest.mark.parametrize("way", ["moved", "deleted", "replaced"])
def test_root_that_goes_is_told(tree, watch, seen, tmp_path, way):
    watch.add(tree.target())
    if way == "deleted":
        shutil.rmtree(tree.root)
    else:
        tree.root.rename(tmp_path / "away")
    if way == "replaced":
        tree.root.mkdir()
    assert seen.any(tree.root, "gone")
    assert watch.state(tree.root) == "not watched"
    assert watch.watches(tree.root) == 0


def test_storm_is_told_in_few_hints(tree, watch, seen, settled):
    watch.add(tree.target())
    wanted = {f"src/f{n}.py" for n in range(3000)}
    for path in wanted:
        tree.write(path)
    assert seen.until(lambda: wanted <= seen.paths(tree.root) or any(hint.full for hint in seen.hints))
    assert len(seen.hints) < 20


def test_overflow_is_a_full_look_and_nothing_stays_unwatched(tree, watch, seen, settled):
    """The reader is kept from reading, by a question that is answered late, until the kernel's queue has run over."""
    answer, asked = threading.Event(), threading.Event()

    def late(folders):
        if "stop" in folders:
            asked.set()
            assert answer.wait(60)
        return tree.ignored(folders)

    watch.add(tree.target(ignored=late))
    settled(tree)
    (tree.root / "stop").mkdir()
    assert asked.wait(10)
    with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as limit:
        room = int(limit.read())
    files = [open(tree.root / f"src/{n}", "w") for n in range(2)]  # noqa: SIM115 - closed below, by turns
    for _ in range(room):
        for file in files:
            os.utime(file.name)
            os.chmod(file.name, 0o644)
    for file in files:
        file.close()
    tree.write("unseen/deep/file.py")
    answer.set()
    assert seen.any(tree.root, "full")
    tree.write("unseen/deep/later.py")
    assert seen.has(tree.root, "unseen/deep/later.py")
    assert watch.state(tree.root) == ""


@pytest.mark.parametrize("questions", [("tracked", "directories"), ("directories",), ("tracked", "directories", "ignored")])
def test_question_that_fails_is_told_and_heals(tree, watch, seen, questions):
    broken = True

    def answer(question, *about):
        if broken:
            raise OSError("git is not there")
        return getattr(tree, question)(*about)

    watch.add(tree.target(**{question: functools.partial(answer, question) for question in questions}))
    assert seen.any(tree.root, "full")
    assert watch.state(tree.root) == "degraded: polling"
    broken = False
    assert seen.until(lambda: watch.state(tree.root) == "") or watch.state(tree.root) == ""
    tree.write("src/app.py", "three\n")
    assert seen.has(tree.root, "src/app.py")
