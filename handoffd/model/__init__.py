"""Facts, the session folded from them, and the document, as plain data. Pure: standard library only, no clock, no disk, no git.

records                                   (what a class of plain data is made with)
errors  text  redact  progress  counts    (need no other of ours)
change -> facts -> events -> idle -> session      (a fact in the journal, when a session ends, and the fold over them)
          facts -> runs -> session                (witnesses of one test run made one)
document                                  (the handoff as data)
"""
