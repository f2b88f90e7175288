"""Takes the Python module of onnxruntime only.

PyInstaller's hook collects ``libonnxruntime.so`` too; the module does not load it. See contents.DROPPED_FILES.
"""

from PyInstaller.compat import is_win
from PyInstaller.utils.hooks import collect_dynamic_libs

# On Windows the module does load its DLL from beside itself.
binaries = collect_dynamic_libs("onnxruntime") if is_win else []
