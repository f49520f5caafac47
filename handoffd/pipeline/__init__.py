"""The only joiner of the stages that writes: sources -> journal -> session -> handoff -> output."""
