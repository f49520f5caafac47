"""The lines that hooks, probes and people leave in the spool, read into events."""
