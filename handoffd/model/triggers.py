"""Who or what asked for a handoff."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never


class Trigger(StrEnum):
    """A closed set. FLUSH, SIGNAL and GAP close the session; the others write a checkpoint and leave it open."""

    FLUSH = "flush"
    SIGNAL = "signal"
    IDLE = "idle"
    GAP = "gap"
    PRE_PUSH = "pre-push"
    PUSH = "push"
    TERMINATE = "terminate"
    STOP = "stop"
    PRE_COMPACT = "pre-compact"
    SESSION_END = "session-end"
    AGENT_STOP = "agent-stop"

    @property
    def closes(self) -> bool:
        """Whether the session ends with the handoff."""
        match self:
            case Trigger.FLUSH | Trigger.SIGNAL | Trigger.GAP:
                return True
            case Trigger.IDLE | Trigger.PRE_PUSH | Trigger.PUSH | Trigger.TERMINATE | Trigger.STOP:
                return False
            case Trigger.PRE_COMPACT | Trigger.SESSION_END | Trigger.AGENT_STOP:
                return False
            case _:
                assert_never(self)

    @property
    def when(self) -> str:
        """The moment in words, for the first line of a checkpoint; '' for what closes the session."""
        return _MOMENTS.get(self, "")


_MOMENTS = {
    Trigger.IDLE: "after a pause",
    Trigger.PRE_PUSH: "before push",
    Trigger.PUSH: "after push",
    Trigger.TERMINATE: "the daemon ended",
    Trigger.STOP: "the daemon ended",
    Trigger.PRE_COMPACT: "before compaction",
    Trigger.SESSION_END: "the agent's session ended",
    Trigger.AGENT_STOP: "the agent stopped",
}
