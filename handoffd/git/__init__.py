"""The one door to git.

    parse  families -> definitions -> hunks   (text in, data out)
    run                                       (the hardened process)
    parse, run -> objects                     (commit facts and blobs; pygit2 lives there only)
"""
