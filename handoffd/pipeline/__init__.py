"""The only joiner of the stages: sources -> journal -> session -> handoff -> output.

workspace <- retention <- scan <- pinned_events, pruning
scan <- deliver <- sessions <- prompt_file <- ingest <- handing_over <- flush
"""
