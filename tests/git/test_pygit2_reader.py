"""Objects read in this process, and what is kept of them."""

from __future__ import annotations

import subprocess
import sys

from handoffd.git.pygit2_reader import KEPT
from tests.support import Repo

READ = """
import sys
import pygit2
from handoffd.git.pygit2_reader import InProcess
reader = InProcess(pygit2.Repository(sys.argv[1]))
for oid in sys.stdin.read().split():
    reader.patches(reader.commit(oid))
print(pygit2.settings.cached_memory[0])
"""
COMMITS = 6000


def test_what_is_kept_in_memory_does_not_grow_with_the_commits_that_are_read(repo: Repo) -> None:
    stream = []
    for number in range(COMMITS):
        stream.append(f"commit refs/heads/main\ncommitter A <a@b.c> {number} +0000\ndata 2\nx\n")
        stream += [f"M 100644 inline f{file}\ndata 5\n{number:05}\n" for file in ([number % 20] if number else range(20))]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.root, input="".join(stream), text=True, check=True)
    commits = repo.git("rev-list", "main")
    said = subprocess.run([sys.executable, "-c", READ, str(repo.root)], input=commits, capture_output=True, text=True, check=True)
    assert 0 < int(said.stdout) <= KEPT * 1.2
