"""Words in, exit code out: one small file a verb, each importing only what it needs.

streams -> progress -> world -> common -> selection, examining, mending -> every verb
verbs (names and parsers; a verb is imported when it is asked for) -> grammar -> completions, manpage
                                                                  -> main
"""
