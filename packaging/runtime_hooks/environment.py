"""Gives programs started from here their own library path back.

Reason: PyInstaller's starter puts the bundle into LD_LIBRARY_PATH so that Python can be loaded. A
browser or file manager opened from the window would inherit it and load our libraries instead of
its own. The loader has read the variable when this process started, so resetting it costs us nothing.
"""

import os
import sys

if sys.platform.startswith("linux"):
    _before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if _before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = _before
