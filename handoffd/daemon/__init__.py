"""The background service: wake-ups in, ingest and flush out."""
