"""Run as a program: handoffd with these words in a process of its own, and the most memory that it or a process of its own has had.

    python measured.py WORD...     prints {"code", "said", "peak"}, peak in MB

A process begins with the peak of the one that started it: this one is small, the test's is not.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys

if __name__ == "__main__":
    done = subprocess.run([sys.executable, "-P", *sys.argv[1:]], capture_output=True, text=True, check=False)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    sys.stdout.write(json.dumps({"code": done.returncode, "said": done.stdout + done.stderr, "peak": peak}))
