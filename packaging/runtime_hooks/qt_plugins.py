"""Tells Qt where its plugins are, without importing Qt.

Reason: PyInstaller's own hook for PySide6 imports QtCore in every process. Here the model process
and ``score`` never load Qt, and on Windows onnxruntime must not find Qt's libraries loaded before
it; the spec therefore takes that hook out and this one in. Qt's prefix needs no help: PySide6's
wheels set it themselves when QtCore is imported.

Only X11 is bundled on Linux (docs/decisions/0051): sessions that ask for another platform plugin,
as many Wayland desktops do for every program, would otherwise end in "no Qt platform plugin".
"""

import os
import sys

_QT = os.path.join(sys._MEIPASS, "PySide6", *([] if sys.platform == "win32" else ["Qt"]))  # type: ignore[attr-defined]
os.environ["QT_PLUGIN_PATH"] = os.path.join(_QT, "plugins")

if sys.platform.startswith("linux"):
    _wanted = os.environ.get("QT_QPA_PLATFORM", "")
    if not any(name.split(":")[0] in ("xcb", "offscreen") for name in _wanted.split(";")):
        os.environ["QT_QPA_PLATFORM"] = "xcb"
    # Themes and styles of the desktop are plugins that stay out; Qt complains on stderr about each it misses.
    for _name in ("QT_QPA_PLATFORMTHEME", "QT_STYLE_OVERRIDE"):
        os.environ.pop(_name, None)
