"""The one door to git.

text in, data out:   parse -> patches      families -> definitions -> markers, dependencies, paths -> hunks, wording, bulk
the process:         defence -> run, dotgit -> repository -> status, refs, reflogs, operations
from files alone:    mounts  dotgit
objects:             run, patches, status -> commits -> inprocess -> objects   (commit facts and blobs; pygit2 lives in inprocess only)
"""
