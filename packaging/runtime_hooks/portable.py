"""Portable mode: a folder ``cxrviewer-home`` beside the program keeps everything the program writes.

Reason: on a stick or a shared drive nothing may be left on the host machine, and nobody there can
set an environment variable. The folder is made by the user (the portable archive ships it), never
by the program: a read-only installation must not become portable by accident. An environment
variable that is already set wins, because whoever set it meant it.
"""

from __future__ import annotations

import os
import sys


def _portable_home() -> None:
    program = os.path.dirname(os.path.realpath(sys.executable))
    if sys.platform == "darwin" and os.path.basename(program) == "MacOS":
        program = os.path.dirname(os.path.dirname(os.path.dirname(program)))  # beside the .app, not inside it
    home = os.path.join(program, "cxrviewer-home")
    if os.path.isdir(home):
        os.environ.setdefault("CXRVIEWER_HOME", home)


_portable_home()
