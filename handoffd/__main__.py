"""Where the program begins: `handoffd`, or `python -m handoffd` on a machine where the script is not on PATH."""

import sys


def run() -> int:
    """The exit code of the command line. Everything is imported inside, so that an interrupt during the start is as quiet as any other."""
    try:
        from handoffd.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
