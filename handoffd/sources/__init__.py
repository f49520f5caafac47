"""The outside, read into events. Each source reads one durable log; natural keys keep every fact in the journal once."""
