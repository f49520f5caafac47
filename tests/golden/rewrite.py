"""Write anew what the recorded days give: `make golden`, or `python -m tests.golden.rewrite NAME...`. Read the diff before it is committed."""

from __future__ import annotations

import os
import sys
import time

from tests.golden.load import days


def main(names: list[str]) -> int:
    os.environ["TZ"] = "UTC"
    time.tzset()
    for day in days():
        if not names or day.name in names:
            for changed in day.rewrite():
                print(f"tests/golden/days/{day.name}/{changed}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
