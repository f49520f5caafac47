"""Tell of any repository what a handoff would say, from git, its files and its test reports alone. Nothing is written, nothing needs to be watched.

examples: handoffd now
          handoffd now --json
"""

from __future__ import annotations

import argparse
import os

from handoffd.cli.common import json_argument, path_argument
from handoffd.cli.environment import Environment
from handoffd.model.errors import UserError
from handoffd.model.records import replace

WATCHED = "This repository is watched, its journal is not read here: handoffd resume."


def arguments(parser: argparse.ArgumentParser) -> None:
    path_argument(parser)
    json_argument(parser)


def run(args: argparse.Namespace, environment: Environment) -> int:
    from handoffd.compose.unwatched import unwatched_document
    from handoffd.files.repository_config import Restricted
    from handoffd.git.objects import Objects
    from handoffd.git.repository import discover
    from handoffd.git.run import Git
    from handoffd.git.worktree_reader import WorktreeReader
    from handoffd.model.redact import Redactor
    from handoffd.output.json import to_json
    from handoffd.output.markdown import render
    from handoffd.output.terminal import Style, headed

    folder = environment.folder(args.path)
    if folder.is_file():
        raise UserError(f"{folder} is a file", hint=f"handoffd now {folder.parent}")
    worktree = discover(folder)
    settings = environment.settings()
    git = Git(worktree.root, settings.trusted_filters)
    objects = Objects(worktree, git)
    ignored = Restricted(worktree.root, settings.directory).ignored
    reader = WorktreeReader(worktree, ".", git, objects, settings.directory, ignored, Redactor(os.urandom(16), objects.known))
    document = unwatched_document(reader, settings, environment.now())
    if environment.has_journal(worktree.common_dir):
        document = replace(document, notes=(*document.notes, WATCHED))
    if args.json:
        environment.json(to_json(document))
    else:
        environment.lines(headed(render(document).rstrip("\n"), Style(environment.colour)))
    return 0
