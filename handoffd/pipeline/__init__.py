"""The only joiner of the stages: sources -> journal -> session -> handoff -> output.

place <- forgetting <- reading  prompt <- ingest <- closing <- flush
"""
