"""How much a test does: little in `make test-fast`, more in `make test`, most in `make nightly`."""

from __future__ import annotations

import os

from hypothesis import settings

NIGHTLY = bool(os.environ.get("HANDOFFD_NIGHTLY"))
USUAL = 100
"""Examples of a law that says nothing else, as Hypothesis has it."""

# `--hypothesis-profile=fast` is for `make test-fast`. A deadline would fail where others use the machine.
settings.register_profile("fast", max_examples=USUAL // 10, deadline=None)
settings.register_profile("usual", max_examples=USUAL, deadline=None)
settings.register_profile("nightly", max_examples=USUAL * 10, deadline=None)
settings.load_profile("nightly" if NIGHTLY else "usual")


def examples(usual: int, nightly: int) -> int:
    """For a law with a number of its own: a tenth of the usual in the profile `fast`."""
    return nightly if NIGHTLY else max(1, usual * settings.default.max_examples // USUAL)
