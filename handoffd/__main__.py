"""`python -m handoffd`, for a machine where the script is not on PATH."""

import sys

from handoffd.cli.main import main

sys.exit(main())
