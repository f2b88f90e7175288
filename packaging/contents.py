"""What goes into the bundle and what stays out, each with its reason.

The spec, the checks and the tests read these tables, so that a reason cannot be kept in one place
and broken in another. Sizes named here are of the Linux wheels of requirements.lock.
"""

from __future__ import annotations

import re

NAME = "cxrviewer"

CODECS = ("_shared", "_shared_cython", "_imcd", "_jpeg8", "_jpegls", "_jpeg2k", "_htj2k", "_jpegxl", "_png")
"""Modules of imagecodecs that ``cxrviewer.imaging`` decodes with; imagecodecs imports them by name."""

SERVICES = (
    "cxrviewer.decoder.service",
    "cxrviewer.decoder.start",
    "cxrviewer.heads.runtime.service",
    "cxrviewer.render.picture",
)
"""Modules whose functions worker processes run by their import path, with all that they import."""

HIDDEN_IMPORTS = (
    *(f"imagecodecs.{name}" for name in CODECS),
    # Started by name in processes of their own.
    "cxrviewer.heads.runtime.worker",
    *SERVICES,
    "onnxruntime",
    "PIL._imagingft",  # the phantom's side markers
    # Pillow finds its readers by name; these are the two kinds of picture the program opens.
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    # PyNaCl's compiled part imports it, which no reader of Python source sees.
    "_cffi_backend",
)

EXCLUDED_MODULES: dict[str, str] = {
    "torch": "training only",
    "torchvision": "training only",
    "onnx": "training and tests; onnxruntime reads models without it",
    "model_training": "training only",
    "scipy": "optional for pyqtgraph, not used",
    "pandas": "optional for several libraries, not used",
    "matplotlib": "optional for pyqtgraph, not used",
    "tkinter": "Pillow and pyqtgraph mention it",
    "IPython": "optional for pyqtgraph's console, not used",
    "h5py": "optional for pyqtgraph's exporters, not used",
    "OpenGL": "pyqtgraph's OpenGL views are not used",
    "pytest": "numpy.testing mentions it",
    "setuptools": "an installed program installs nothing",
    "pkg_resources": "an installed program installs nothing",
    "pip": "an installed program installs nothing",
    "numpy.f2py": "a Fortran compiler's driver",
    "numpy.fft": "not used",
    "numpy.polynomial": "not used",
    "numpy.testing": "tests",
    "numpy._core._multiarray_tests": "tests",
    "asyncio": "standard library: the program waits with threads and Qt's event loop",
    "_asyncio": "see asyncio",
    "unittest": "standard library: tests",
    "doctest": "standard library: tests",
    "pdb": "standard library: a debugger",
    "pydoc_data": "standard library: the texts of Python's help()",
    "optparse": "standard library: argparse is used",
    "xmlrpc": "standard library: the program has no network",
    "_pydecimal": "decimal falls back on it where _decimal is missing, which is here",
    "attr": "msgspec converts classes of attrs where it is found; none here",
    "attrs": "see attr",
    "sympy": "named by onnxruntime's tools",
    "google.protobuf": "named by onnxruntime's tools; reading a model does not need it",
    "flatbuffers": "named by onnxruntime's tools; reading a model does not need it",
    "onnxruntime.tools": "converters",
    "onnxruntime.transformers": "converters",
    "onnxruntime.quantization": "converters",
    "onnxruntime.datasets": "sample models",
    "pyqtgraph.examples": "examples",
    "pyqtgraph.opengl": "3D views",
    "PySide6.QtNetwork": "this program has no network: no TLS, no sockets of Qt",
    "PySide6.QtQml": "no QML",
    "PySide6.QtQuick": "no QML",
    "PySide6.QtOpenGL": "the canvas is painted by the processor; see runtime_hooks/no_opengl.py",
    "PySide6.QtOpenGLWidgets": "see runtime_hooks/no_opengl.py",
    "PySide6.QtTest": "pyqtgraph imports it where it is found; tests only",
    "PySide6.QtSql": "the library is Python's sqlite3",
    "PySide6.QtDBus": "not used from Python",
    "ssl": "this program has no network; leaves out OpenSSL, 5 MB that would need security updates",
    "_ssl": "see ssl",
    "_hashlib": "hashlib has its own SHA-256; this one is OpenSSL's",
    "pydicom.examples": "looks for test films; see runtime_hooks/pydicom_examples.py",
    "cffi": "the compiled part of PyNaCl needs _cffi_backend only",
    "pycparser": "see cffi",
    "cryptography": "tests only, as a second program that signs; it would bring OpenSSL",
    "jpeg_ls": "pydicom mentions it; imagecodecs decodes JPEG-LS",
    "openjpeg": "pydicom mentions it; imagecodecs decodes JPEG 2000",
    "gdcm": "pydicom mentions it",
    "defusedxml": "Pillow uses it for XMP where it is found",
    "readline": "no terminal dialogue; GPL",
    "curses": "no terminal dialogue",
    "_curses": "no terminal dialogue",
    "bz2": "no such archives are read",
    "_bz2": "no such archives are read",
    "lzma": "no such archives are read",
    "_lzma": "no such archives are read",
    "_uuid": "uuid does without, and its library is another one of the system's",
    "PIL._avif": "films are DICOM, PNG and JPEG; 5 MB",
    "PIL._webp": "films are DICOM, PNG and JPEG",
    "PIL._imagingcms": "radiographs carry no colour profile",
    "PIL._imagingtk": "Tk",
    "PIL._imagingmath": "not used",
    "PIL._imagingmorph": "not used",
    "PIL.ImageQt": "arrays go to Qt directly",
    "PIL.ImageTk": "Tk",
}
"""Module -> why it stays out. PyInstaller then treats it as not installed, so what mentions it must do without."""

QT_PLUGINS: dict[str, str] = {
    "platforms/libqxcb.so": "Linux: X11, and Wayland sessions through XWayland",
    "platforms/libqoffscreen.so": "self-test paints its frame without a screen",
    "platforminputcontexts/libcomposeplatforminputcontextplugin.so": "Linux: accents by dead keys",
    "platforms/qwindows.dll": "Windows",
    "platforms/qoffscreen.dll": "self-test",
    "styles/qmodernwindowsstyle.dll": "Windows: file dialogs",
    "platforms/libqcocoa.dylib": "macOS",
    "platforms/libqoffscreen.dylib": "self-test",
    "styles/libqmacstyle.dylib": "macOS: file dialogs",
    "printsupport/libcupsprintersupport.so": "Linux: printing a report; without CUPS only to a file",
    "printsupport/windowsprintersupport.dll": "Windows: printing a report",
    "printsupport/libcocoaprintersupport.dylib": "macOS: printing a report",
}
"""Qt plugin -> why it is in. Pictures come from arrays or are PNG, which QtGui reads itself: no imageformats."""

HOST_LIBRARIES: dict[str, str] = {
    r"ld-linux.*|libc|libm|libdl|libpthread|librt|libutil|libresolv": "the C library: always the system's own",
    r"libstdc\+\+|libgcc_s": "the system's is as new or newer, and its graphics drivers need their own version",
    r"libGL|libGLX|libEGL|libOpenGL|libGLdispatch|libdrm|libgbm": "belongs to the graphics driver",
    r"libX11|libX11-xcb|libxcb|libXau|libXdmcp|libXext|libXrender": "speaks to the running X server",
    r"libfontconfig|libfreetype|libexpat|libpng16|libbrotli.*|libharfbuzz|libgraphite2|libbz2":
        "an older fontconfig cannot read a newer system's font configuration",
    r"libglib-2\.0|libgthread-2\.0|libgobject-2\.0|libgio-2\.0|libgmodule-2\.0|libpcre2-8|libmount|libblkid|libselinux":
        "two copies of GLib in one process are one too many",
    r"libdbus-1|libsystemd|libgcrypt|libgpg-error|liblz4|liblzma|libcap|libbsd|libmd|libsmartcols|libuuid":
        "belongs to the running session bus, together with what it needs",
    r"libcups|libgnutls|libavahi-common|libavahi-client|libgssapi_krb5|libkrb5|libk5crypto|libkrb5support|libcom_err":
        "speaks to the system's print service, together with what it needs",
    r"libkeyutils|libp11-kit|libidn2|libunistring|libtasn1|libnettle|libhogweed|libgmp": "see libcups",
    r"libz|libzstd": "libraries of the system that get loaded beside need their own version",
}  # fmt: skip
"""Pattern of a library's name before ``.so`` -> why the system's own is used. See docs/decisions/0051."""

_HOST = re.compile(rf"^(?:{'|'.join(HOST_LIBRARIES)})\.so(?:\.[0-9.]+)?$|^ld-linux.*\.so\.[0-9]+$")


def is_host_library(file_name: str) -> bool:
    """Return whether the system's own library of this name is used instead of a bundled one.

    Libraries inside wheels carry a hash in their name (``libz-1a2b3c4d.so.1``) and are never meant.
    """
    return _HOST.match(file_name) is not None


DROPPED_FILES: dict[str, str] = {
    r"onnxruntime/capi/libonnxruntime(_providers_shared)?\.(so.*|dylib)$":
        "the C library of onnxruntime; the Python module holds all of it once more (29 MB)",
    r"PySide6/(Qt/)?translations/(?!qtbase_zh_CN\.qm$)": "languages the program does not have",
    r"PySide6/(Qt/)?qml/": "no QML",
    r"PySide6/(Qt/)?libexec/": "helper programs of WebEngine and QML",
    r"PySide6/(Qt/lib/)?(lib)?Qt6(Network|Qml|QmlModels|QmlMeta|QmlWorkerScript|Quick|OpenGL|OpenGLWidgets|Pdf"
    r"|Wayland\w+|WlShell\w+|EglFS\w+|EglFs\w+|VirtualKeyboard\w*|Sql|Test|Xml)\.(so|dll)":
        "needed only by plugins that stay out",
    r"PySide6/opengl32sw\.dll$": "software OpenGL for Windows, 20 MB; nothing here draws with OpenGL",
    r"resources/translations/.*\.ts$": "for translators; the program reads the compiled catalogue",
    r"resources/icons/.*\.(icns|ico|svg)$": "for installers; the program shows PNG",
    r"numpy/(.*/)?tests/": "tests",
    r"numpy/_core/(include|lib)/": "for compilers",
    r"pydicom/data/(test_files|charset_files|palettes|urls\.json|hashes\.json)": "test films and what fetches them",
    r"pyqtgraph/(examples|icons|colors/maps/(?!inferno|viridis|cividis|turbo|CC0))": "of its own windows; other maps",
    r"onnxruntime/(datasets|tools|transformers|quantization)/": "converters and samples",
}  # fmt: skip
"""Pattern of a path in the bundle -> why the file is left out."""

STRIPPED = re.compile(
    r"^(libpython3\.\d+\.so.*|(python3\.\d+/)?lib-dynload/.*\.so|imagecodecs/_\w+\.abi3\.so|PIL/_imaging(ft)?\..*\.so"
    r"|nacl/_sodium\.abi3\.so|_cffi_backend\..*\.so)$"
)
"""Linux: modules whose debug symbols are removed (libpython alone: 23 to 6 MB; altogether 30 MB). Not the libraries
beside them, which patchelf has rewritten and ``strip`` can make unloadable: they are `COMPACTED`."""

COMPACTED = re.compile(
    r"^((numpy|imagecodecs|pillow)\.libs/.*\.so[.\d]*|numpy/.*\.so|msgspec/.*\.so|PySide6/Qt/lib/libicu(i18n|uc)\.so\.\d+)$"
)
"""Linux on x86-64: libraries of wheels that lose debug symbols and holes by elf.py, 6.4 MB altogether; a third of it is
libXau, which is nearly all hole. Not Qt's, which stay as The Qt Company built them and hold neither; ICU does."""

SHRUNK = re.compile(r"^PySide6/Qt/lib/libicudata\.so\.\d+$")
"""Linux: rebuilt by icu_data.py with the data Qt uses, 32 to 5 MB. Elsewhere Qt takes the system's own ICU."""

FORBIDDEN_IN_BUNDLE = re.compile(
    r"(^|/)(torch|torchvision|scipy|pandas|matplotlib|cv2|model_training|cryptography|gdcm|pylibjpeg\w*)(/|\.|$)"
    r"|Qt6?(Network|WebEngine)|lib(ssl|crypto|readline)|(^|/)_(ssl|hashlib)\."
)
"""Names that must not occur: training, GPL libraries, an OpenSSL nobody updates, a way to the network."""

MAX_UNPACKED_BYTES = 205 * 10**6
MAX_ARCHIVE_BYTES = 66 * 10**6
MAX_WINDOW_SECONDS = 1.0


def dropped(destination: str) -> str | None:
    """Return why the file at `destination` (with forward slashes) is left out, None where it stays."""
    for pattern, reason in DROPPED_FILES.items():
        if re.search(pattern, destination):
            return reason
    marker = "/plugins/"
    if destination.startswith("PySide6/") and marker in destination:
        plugin = destination.split(marker, 1)[1]
        if plugin not in QT_PLUGINS:
            return "a Qt plugin this program does not use"
    return None
