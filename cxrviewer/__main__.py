"""``python -m cxrviewer`` and the ``cxrviewer`` command.

Keep this file and `cli` cheap to import: the model process imports its parent's main
module again when it starts.

onnxruntime lives in that process only, so this one never holds onnxruntime and Qt
together and the order of their imports, which matters on Windows, does not arise.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line. Returns the exit status."""
    from multiprocessing import freeze_support

    # Read when numpy is imported, which otherwise makes a thread a core for matrix products: a quarter of the import's
    # time in every process, for products that no command has to wait for. They also round as the threads divide them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    freeze_support()  # in a frozen app the model process is this program started again
    from cxrviewer.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
