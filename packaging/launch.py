"""What the built programs run; the window program and the console program are the same code.

freeze_support stands before every other import: the model process is this program started
again, and must neither read the command line nor load anything of the window.
"""

import multiprocessing

multiprocessing.freeze_support()

if __name__ == "__main__":
    import sys

    from cxrviewer.__main__ import main

    sys.exit(main())
