"""The one door to git: a hardened process, git's own files, pygit2."""
