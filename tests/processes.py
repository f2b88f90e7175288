"""Child processes that behave the same however the tests were started."""

from __future__ import annotations

import sys

_RUN = """
import signal, sys
from cxrviewer.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
if __name__ == "__main__":
    sys.exit(main())
"""


def interruptible(*arguments: str) -> list[str]:
    """Return the command line of a `cxrviewer` that SIGINT interrupts.

    A child inherits that SIGINT is ignored, as under ``nohup`` and in background jobs of a
    script, and Python then installs no handler.
    """
    return [sys.executable, "-c", _RUN, *arguments]
