"""A session made into a document: pure, one file for each of the nine sections.

wording -> status done in_progress pending decisions learnings files gotchas resume_command -> compose
"""
