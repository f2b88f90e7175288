"""Windows: portable ZIP and per-user installer, signed when a certificate is given.

Never run where this project was first made, which had no Windows; docs/packaging.md lists the steps.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from contents import NAME

ROOT = Path(__file__).resolve().parent.parent
VC_RUNTIME = ("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll", "msvcp140_1.dll")
"""Qt and onnxruntime are linked to these. Beside the program, because installing them for all needs admin rights."""


def version_info(version: str, file: Path) -> Path:
    """Write the version block of the programs (what Explorer shows under Properties)."""
    numbers = [int(part) for part in version.split(".")[:3]] + [0]
    file.write_text(
        f"""VSVersionInfo(
  ffi=FixedFileInfo(
    filevers={tuple(numbers)}, prodvers={tuple(numbers)}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'The cxrviewer authors'),
      StringStruct('FileDescription', 'cxrviewer, research use only'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('ProductName', 'cxrviewer'),
      StringStruct('ProductVersion', '{version}'),
      StringStruct('LegalCopyright', 'Apache License 2.0'),
    ])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])]),
  ],
)
""",
        encoding="utf-8",
    )
    return file


def check_vc_runtime(bundle: Path) -> None:
    """Stop where a file of the Visual C++ runtime is missing: clean machines do not have it.

    Raises
    ------
    SystemExit
    """
    present = {path.name.lower() for path in bundle.rglob("*.dll")}
    missing = [name for name in VC_RUNTIME if name not in present]
    if missing:
        raise SystemExit(f"the Visual C++ runtime is incomplete in the bundle: {', '.join(missing)}")


def sign(files: list[Path]) -> bool:
    """Sign `files` when ``CXR_SIGN_PFX`` (a file) and ``CXR_SIGN_PASSWORD`` are set; return whether it did.

    The password reaches signtool through its command line only, never a file or a log.
    """
    certificate, password = os.environ.get("CXR_SIGN_PFX"), os.environ.get("CXR_SIGN_PASSWORD")
    if not certificate or not password:
        print("not signed: CXR_SIGN_PFX and CXR_SIGN_PASSWORD are not set")
        return False
    stamp = os.environ.get("CXR_SIGN_TIMESTAMP_URL", "")
    timestamp = ["/tr", stamp, "/td", "sha256"] if stamp else []
    command = ["signtool", "sign", "/f", certificate, "/p", password, "/fd", "sha256", *timestamp, *map(str, files)]
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
        raise SystemExit("signtool failed")  # not the command itself: it holds the password
    return True


def portable_zip(bundle: Path, out: Path, version: str) -> Path:
    """Write the ZIP to unpack on a stick; its ``cxrviewer-home`` folder switches portable mode on."""
    name = f"{NAME}-{version}"
    archive = out / f"{name}-windows-x64-portable.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(bundle.rglob("*")):
            file.write(path, f"{name}/{path.relative_to(bundle).as_posix()}")
        file.writestr(f"{name}/{NAME}-home/README.txt", "Settings, heads and logs are kept in this folder.\r\n")
    return archive


def installer(bundle: Path, out: Path, version: str) -> Path:
    """Compile the Inno Setup script and sign what comes out.

    Raises
    ------
    SystemExit
        Where Inno Setup is not installed.
    """
    compiler = shutil.which("iscc") or _default_compiler()
    if compiler is None:
        raise SystemExit("Inno Setup 6 is not installed: iscc is not on the PATH")
    defines = {"Version": version, "Bundle": bundle, "Output": out, "Root": ROOT}
    script = Path(__file__).resolve().parent / "windows" / "cxrviewer.iss"
    subprocess.run([compiler, "/Q", *(f"/D{name}={value}" for name, value in defines.items()), str(script)], check=True)
    made = out / f"{NAME}-{version}-windows-x64-setup.exe"
    sign([made])
    return made


def _default_compiler() -> str | None:
    file = Path(os.environ.get("ProgramFiles(x86)", "")) / "Inno Setup 6" / "ISCC.exe"
    return str(file) if file.is_file() else None
