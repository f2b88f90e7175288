"""What the built programs run; the window program and the console program are the same code.

freeze_support stands before every other import: model and decoder processes are this program started
again, and must neither read the command line nor load anything of the window.
"""

from __future__ import annotations

import multiprocessing
import sys

multiprocessing.freeze_support()

WITHOUT_WINDOW = ("score", "render", "heads", "self-test")


def _opens_the_window(arguments: list[str]) -> bool:
    return not (arguments and (arguments[0] in WITHOUT_WINDOW or arguments[0].startswith("-")))


if __name__ == "__main__":
    splash = None  # must live until the window is there
    if _opens_the_window(sys.argv[1:]):
        from cxrviewer.qt.splash import show_splash

        splash = show_splash()

    from cxrviewer.__main__ import main

    sys.exit(main())
