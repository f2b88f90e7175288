"""Puts an empty module in place of ``pydicom.examples``.

Reason: ``import pydicom`` imports it, and it looks for a dozen test images. Without them in the bundle it
would make a folder in the user's home and try to download them: this program writes nowhere it was not
told to, and has no network.
"""

import sys
import types

sys.modules["pydicom.examples"] = types.ModuleType("pydicom.examples", __doc__)
