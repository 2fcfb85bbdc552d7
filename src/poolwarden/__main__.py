"""Run the command line as ``python -m poolwarden``."""

import sys

from poolwarden.cli import main

if __name__ == "__main__":
    sys.exit(main())
