"""Where the program begins.

`handoffd` (`shell/handoffd`) starts Python isolated; `python -m handoffd` starts itself again isolated.
"""

import gc
import sys

# New objects before unused ones are looked for. A command makes a few times as many and ends; it would look through its modules again and again.
_NEW = 50_000


def begin() -> None:
    """The whole of a process. Nothing but this package is imported before it is isolated."""
    if not (sys.flags.ignore_environment and sys.flags.safe_path):
        from handoffd.files.isolation import begin_again

        begin_again()
    sys.exit(run())


def run() -> int:
    """The exit code of the command line. Everything is imported inside, so that an interrupt during the start is as quiet as any other."""
    gc.set_threshold(_NEW)
    try:
        from handoffd.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130
    finally:
        # Nor is everything to be looked through on the way out.
        gc.freeze()


if __name__ == "__main__":
    begin()
