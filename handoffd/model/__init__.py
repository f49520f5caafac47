"""Facts, the session folded from them, and the document, as plain data. Pure: standard library only, no clock, no disk, no git.

    errors  text  redact  progress  counts    (need nothing of ours)
    change -> facts -> events -> idle -> session      (a fact in the journal, when a session ends, and the fold over them)
              facts -> runs -> session                (witnesses of one test run made one)
    document                                  (the handoff as data)
"""
