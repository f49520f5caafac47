"""handoffd: a true session handoff whenever you step away from a git worktree.

    sources -> journal -> session -> handoff -> output

Folders are stages; a tier imports only lower ones, and folders and files of one tier never import each other:

    5 cli    4 daemon    3 pipeline.py
    2 sources  journal  handoff  output  setup  files/config.py  files/registry.py  cli/child_process.py
    1 git    0 model, files/resources.py, files/yaml_keys.py
"""

__version__ = "0.1.0"
