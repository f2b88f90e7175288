"""The window: everything that needs Qt."""

import builtins

import PySide6.QtCore  # noqa: F401  # installs the hook

# PySide6 replaces Python's import to look at the source of every module for its optional spellings (`__feature__`).
# Nothing here uses them, and reading the source of 170 modules takes 4 % of a start.
_python_import = getattr(builtins, "__orig_import__", None)
if _python_import is not None:
    builtins.__import__ = _python_import
