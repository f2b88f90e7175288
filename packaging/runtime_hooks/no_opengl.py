"""Puts empty modules in place of Qt's OpenGL modules.

Reason: pyqtgraph imports them whether or not anything is drawn with OpenGL, to derive a widget it then
never makes. The canvas is painted by the processor, and the modules are 10 MB on disk and part of every
start. The self-test paints a frame in the built program, and would fail where a newer pyqtgraph needs more.
"""

import sys
import types


class QOpenGLWidget:
    """Only ever a base class and an isinstance check."""


sys.modules["PySide6.QtOpenGL"] = types.ModuleType("PySide6.QtOpenGL", __doc__)
_widgets = types.ModuleType("PySide6.QtOpenGLWidgets", __doc__)
_widgets.QOpenGLWidget = QOpenGLWidget  # type: ignore[attr-defined]
sys.modules["PySide6.QtOpenGLWidgets"] = _widgets
