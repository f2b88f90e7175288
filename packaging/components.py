"""Who a file of the bundle belongs to, under which licence, and why it is there.

Licences come from the metadata of the wheels; what metadata does not say, or says ambiguously, is
decided here by hand with the ground for it. A file nobody owns and a licence nobody decided stop the build.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ruling:
    """A licence decided by hand: an SPDX expression without OR, and why it is that one."""

    spdx: str
    ground: str


LICENCES: dict[str, Ruling] = {
    "colorama": Ruling("BSD-3-Clause", "its LICENSE.txt; the metadata names none"),
    "imagecodecs": Ruling("BSD-3-Clause", "its LICENSE; libraries inside are listed one by one"),
    "onnxruntime": Ruling("MIT", "onnxruntime/LICENSE; third parties in its ThirdPartyNotices.txt, appended in full"),
    "pydicom": Ruling("MIT", "its LICENSE; the metadata names none"),
    "pynacl": Ruling("Apache-2.0 AND ISC", "its LICENSE, and that of libsodium inside its module"),
    "pyqtgraph": Ruling("MIT", "metadata"),
    "pyside6_essentials": Ruling("LGPL-3.0-only", "chosen among LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"),
    "shiboken6": Ruling("LGPL-3.0-only", "chosen among LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"),
    "pyinstaller": Ruling(
        "GPL-2.0-or-later WITH Bootloader-exception",
        "the starter program; its exception lets the built program have any licence. Run-time hooks are Apache-2.0",
    ),
    "packaging": Ruling("Apache-2.0", "chosen among Apache-2.0 OR BSD-2-Clause"),
    "typing_extensions": Ruling("PSF-2.0", "metadata"),
    "watchdog": Ruling("Apache-2.0", "its LICENSE; the metadata names the licence in the older field only"),
}
"""Distribution (normalised name) -> licence. Others take their ``License-Expression``."""

LIBRARY_RULINGS: tuple[tuple[str, str, Ruling], ...] = (
    # (pattern of the file name, name of the component, licence)
    (r"libQt6\w*\.|Qt6\w*\.dll|Qt\w+$|libq\w+\.(so|dylib)|q\w+\.dll|lib\w+platforminputcontextplugin\.so", "Qt",
     Ruling("LGPL-3.0-only", "the edition of the PySide6 wheels")),
    (r"libicu\w+\.so|icu\w+\.dll", "ICU", Ruling("Unicode-3.0", "comes with the Qt libraries")),
    (r"libscipy_openblas\w*|libopenblas", "OpenBLAS", Ruling("BSD-3-Clause", "LICENSE.txt of numpy")),
    (r"libgfortran", "GCC Fortran runtime", Ruling("GPL-3.0-or-later WITH GCC-exception-3.1", "LICENSE.txt of numpy")),
    (r"libquadmath", "GCC quad-precision runtime", Ruling("LGPL-2.1-or-later", "LICENSE.txt of numpy")),
    (r"libgomp", "GCC OpenMP runtime", Ruling("GPL-3.0-or-later WITH GCC-exception-3.1", "SBOM of imagecodecs")),
    (r"libcharls", "CharLS", Ruling("BSD-3-Clause", "licences/charls.txt")),
    (r"libjxl\w*", "libjxl", Ruling("BSD-3-Clause", "licences/libjxl.txt")),
    (r"libopenjph", "OpenJPH", Ruling("BSD-2-Clause", "licences/openjph.txt")),
    (r"libopenjp2", "OpenJPEG", Ruling("BSD-2-Clause", "LICENSE of Pillow")),
    (r"liblcms2", "Little CMS", Ruling("MIT", "LICENSE of Pillow")),
    (r"libjpeg", "libjpeg-turbo", Ruling("IJG AND BSD-3-Clause AND Zlib", "LICENSE of Pillow")),
    (r"libtiff", "libtiff", Ruling("libtiff", "LICENSE of Pillow")),
    (r"libwebp\w*|libsharpyuv", "libwebp", Ruling("BSD-3-Clause", "LICENSE of Pillow")),
    (r"libzstd", "Zstandard", Ruling("BSD-3-Clause", "chosen among BSD-3-Clause OR GPL-2.0-only; LICENSE of Pillow")),
    (r"liblzma", "XZ Utils", Ruling("0BSD", "liblzma only, none of the GPL programs; LICENSE of Pillow")),
    (r"libfreetype", "FreeType", Ruling("FTL", "chosen among FTL OR GPL-2.0-only; LICENSE of Pillow")),
    (r"libharfbuzz", "HarfBuzz", Ruling("MIT", "LICENSE of Pillow")),
    (r"libbrotli\w*", "Brotli", Ruling("MIT", "LICENSE of Pillow")),
    (r"libXau", "libXau", Ruling("MIT", "LICENSE of Pillow")),
    (r"libxcb", "libxcb", Ruling("MIT", "LICENSE of Pillow")),
    (r"libdeflate", "libdeflate", Ruling("MIT", "LICENSE of Pillow")),
    (r"libpng16", "libpng", Ruling("libpng-2.0", "LICENSE of Pillow")),
    (r"libz[-.]", "zlib", Ruling("Zlib", "LICENSE of Pillow")),
    (r"vcruntime140\w*\.dll|msvcp140\w*\.dll|concrt140\.dll", "Microsoft Visual C++ runtime",
     Ruling("LicenseRef-Microsoft-VC-Redistributable", "redistributable beside a program, unchanged")),
    (r"ucrtbase\.dll|api-ms-win-\S+\.dll", "Microsoft Universal C runtime",
     Ruling("LicenseRef-Microsoft-UCRT-Redistributable", "redistributable beside a program, unchanged")),
)  # fmt: skip
"""Libraries inside wheels, by file name; the first that matches."""

SYSTEM_PACKAGES: dict[str, Ruling] = {
    "libxcb-cursor0": Ruling("MIT", "copyright file: all but Debian's packaging is MIT/X"),
    "libxcb-icccm4": Ruling("MIT", "copyright file: MIT/X; GPL-2+ there is Debian's packaging"),
    "libxcb-image0": Ruling("MIT", "copyright file: MIT/X"),
    "libxcb-keysyms1": Ruling("MIT", "copyright file: MIT/X"),
    "libxcb-render-util0": Ruling("MIT", "copyright file: MIT/X"),
    "libxcb-util1": Ruling("MIT", "copyright file: MIT/X"),
    **dict.fromkeys(
        ("libxcb-randr0", "libxcb-render0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1", "libxcb-xfixes0",
         "libxcb-xkb1"),
        Ruling("MIT", "copyright file of libxcb: X11"),
    ),
    "libxkbcommon0": Ruling("MIT", "copyright file: MIT and X11 texts only"),
    "libxkbcommon-x11-0": Ruling("MIT", "copyright file: MIT and X11 texts only"),
    "libsqlite3-0": Ruling("blessing", "public domain; GPL-2+ there is Debian's packaging"),
    "libffi8": Ruling("MIT", "the library; GPL in the copyright file is of its test suite and build scripts"),
    "libffi7": Ruling("MIT", "as libffi8"),
}  # fmt: skip
"""Debian or Ubuntu package -> licence of the library in it. One that is not here stops the build."""

ACCEPTED_EXCEPTIONS = ("Bootloader-exception", "GCC-exception-3.1")
"""Exceptions that take the obligations of GPL off what is linked or started."""

WHY: dict[str, str] = {
    "Qt": "window, painting, text; Core, Gui, Widgets, DBus (Gui is linked to it), the X11 plugin",
    "ICU": "Qt Core is linked to it: sorting and case; its data are cut down to that (icu_data.py)",
    "OpenBLAS": "numpy's core is linked to it; resampling and Grad-CAM colouring multiply matrices",
    "onnxruntime": "runs the models on the processor",
    "pyside6_essentials": "Python's side of Qt Core, Gui and Widgets",
    "numpy": "every film, tensor and map is an array of it",
    "cxrviewer": "this program: code (in the program file), icons, notices",
    "models": "the shipped head: the distilled network with its test vectors",
    "CPython": "the interpreter and the standard library",
    "CharLS": "JPEG-LS films",
    "pynacl": "verifies and makes the signatures of heads; one module, most of it libsodium",
    "Python modules": "all pure-Python modules, ours and others', compressed inside the program file",
    "imagecodecs": "JPEG, JPEG-LS, JPEG 2000, HTJ2K and JPEG XL films: eight of its modules",
    "GCC Fortran runtime": "OpenBLAS is linked to it",
    "pillow": "8-bit colour JPEG inside DICOM, and PNG and JPEG films",
    "libsqlite3-0": "index of films on disk",
    "libjpeg-turbo": "baseline, extended and lossless JPEG, once for each of the two libraries that decode it",
    "libXau": "Pillow's module is linked to it through libxcb; never called",
    "shiboken6": "glue between Python and Qt",
    "pydicom": "tag and UID dictionaries",
    "libtiff": "Pillow's module is linked to it",
    "OpenJPEG": "JPEG 2000 films",
    "OpenJPH": "HTJ2K films of the self-test; OpenJPEG reads them",
    "libjxl": "JPEG XL films",
    "Brotli": "libjxl is linked to it",
    "Zstandard": "libtiff in Pillow is linked to it",
    "libwebp": "libtiff in Pillow is linked to it",
    "Little CMS": "imagecodecs' JPEG 2000 module is linked to it",
    "notices": "licence texts of everything here",
}
"""Component -> why it is in the bundle. Each of the ten biggest parts must stand here."""


def ruling_for_library(file_name: str) -> tuple[str, Ruling] | None:
    """Return component and licence of a library inside a wheel, None where no pattern knows it."""
    for pattern, name, ruling in LIBRARY_RULINGS:
        if re.match(pattern, file_name):
            return name, ruling
    return None


def is_forbidden(spdx: str) -> bool:
    """Return whether an expression (AND and WITH only) obliges the whole program to be GPL.

    Raises
    ------
    ValueError
        For OR: somebody must choose first, in `LICENCES`.
    """
    if " OR " in spdx:
        raise ValueError(f"choose one of {spdx} in components.LICENCES")
    for term in spdx.replace("(", "").replace(")", "").split(" AND "):
        licence, _, exception = term.partition(" WITH ")
        if re.match(r"^(A?GPL|SSPL|EUPL|OSL|CC-BY-SA|CC-BY-NC)", licence) and exception not in ACCEPTED_EXCEPTIONS:
            return True
    return False
