"""The start of a decoder process: pydicom without the parts of it that read nothing.

Importing pydicom imports its downloader with an HTTP client, looks for a dozen test images, and imports every decoder
that happens to be installed: 0.17 of 0.52 s of processor time, before the first image of a launch. Nothing of it is
used here, and a process that parses untrusted bytes has no use for an HTTP client at all.
"""

from __future__ import annotations

import sys
import types

NOT_LOADED = ("gdcm", "jpeg_ls", "libjpeg", "openjpeg", "pylibjpeg", "requests", "tqdm")
"""Packages that pydicom uses where it finds them. The packages of this program do not have them."""


def leave_out() -> None:
    """Put empty modules in place of pydicom's downloader and examples; before pydicom is imported."""
    sys.modules.setdefault("pydicom.examples", types.ModuleType("pydicom.examples", __doc__))
    data = types.ModuleType("pydicom.data", __doc__)
    # `apply_color_lut` wants them for a palette that is given by name, which no file does.
    data.__dict__["get_palette_files"] = _no_files
    sys.modules.setdefault("pydicom.data", data)
    for name in NOT_LOADED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # an import of it raises ImportError


def warm_up() -> None:
    """See `service.warm_up`."""
    leave_out()
    from cxrviewer.decoder import service

    service.warm_up()


def _no_files(_pattern: str = "") -> list[str]:
    return []
