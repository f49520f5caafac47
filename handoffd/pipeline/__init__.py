"""The only joiner of the stages: sources -> journal -> session -> handoff -> output.

restricted <- place <- forgetting <- reading  prompt <- ingest <- closing <- flush
place <- remarks
jotting  narrowing
"""
