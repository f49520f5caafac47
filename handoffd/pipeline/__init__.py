"""The only joiner of the stages: sources -> journal -> session -> handoff -> output.

place <- reading <- ingest <- closing <- flush
"""
