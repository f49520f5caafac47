"""Words in, exit code out: one small file a verb, each importing only what it needs.

common -> every verb      verbs (names and parsers; imports a verb only when asked) -> main
"""
