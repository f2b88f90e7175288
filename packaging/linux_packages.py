"""Linux: the portable archive and the Debian package. Both hold the same bundle."""

from __future__ import annotations

import gzip
import lzma
import os
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path

import glibc
from contents import NAME
from icons import PNG_SIZES
from inventory import debian_package

HERE = Path(__file__).resolve().parent / "linux"
ROOT = HERE.parent.parent
ICONS = ROOT / "resources" / "icons"
MAINTAINER = "The cxrviewer authors <cxrviewer@localhost>"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

GLIBCXX_TO_GCC = {28: 9, 29: 11, 30: 12, 31: 13, 32: 13, 33: 14, 34: 15}
"""Symbol version GLIBCXX_3.4.N -> first GCC release with it (libstdc++ manual, ABI policy)."""


def source_date() -> int:
    """Return the time all files of a package get: the commit's, so that the same commit gives the same package."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    git = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(git.stdout) if git.returncode == 0 and git.stdout.strip() else 315532800


def tar_xz(bundle: Path, out: Path, version: str) -> Path:
    """Write ``cxrviewer-VERSION-linux-ARCH.tar.xz``: unpack anywhere and run; the folder's name carries the version."""
    name = f"{NAME}-{version}"
    archive = out / f"{name}-linux-{platform.machine()}.tar.xz"
    date = source_date()

    def settled(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = date
        info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
        return info

    # The x86 filter turns relative jumps into absolute ones, which repeat: 6 % smaller. Every xz unpacks it.
    jumps = [{"id": lzma.FILTER_X86}] if platform.machine() == "x86_64" else []
    filters = [*jumps, {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]
    with (
        lzma.open(archive, "wb", filters=filters) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        extras = [
            (HERE / "desktop-entry.sh", "desktop-entry.sh"),
            (ROOT / "LICENSE", "LICENSE"),
            (ROOT / "NOTICE", "NOTICE"),
        ]
        extras += [(HERE / file, f"share/{file}") for file in ("org.cxrviewer.viewer.desktop", "cxrviewer-mime.xml")]
        entries = [(path, path.relative_to(bundle).as_posix()) for path in bundle.rglob("*")] + extras
        tar.add(bundle, arcname=name, recursive=False, filter=settled)
        for path, inside in sorted(entries, key=lambda entry: entry[1]):
            tar.add(path, arcname=f"{name}/{inside}", recursive=False, filter=settled)
    return archive


def depends(bundle: Path) -> list[str]:
    """Return the ``Depends`` of the Debian package, from what the binaries need and do not bring.

    Raises
    ------
    SystemExit
        For a library no package of this machine provides.
    """
    floors = glibc.floors(bundle)
    packages: set[str] = set()
    for library in sorted(glibc.host_libraries(bundle)):
        found = _locate(library)
        package = debian_package(found) if found else None
        if package is None:
            raise SystemExit(f"no package of this machine provides {library}")
        packages.add(package)
    packages.add("xkb-data")  # libxkbcommon reads keyboard layouts from it
    gcc = GLIBCXX_TO_GCC.get(floors["GLIBCXX"][0][-1])
    versions = {"libc6": glibc.text_of(floors["GLIBC"][0]), "libstdc++6": str(gcc) if gcc else ""}
    # t64 is the same library after Debian's change of time_t; the old name stays installable from both.
    names = sorted({name.removesuffix("t64") for name in packages})
    return [f"{name} (>= {versions[name]})" if versions.get(name) else name for name in names]


def _locate(library: str) -> Path | None:
    """Return where the loader of this machine finds `library`."""
    words = {"x86_64": "x86-64", "aarch64": "AArch64"}[platform.machine()]
    listing = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    lines = [line.strip() for line in listing.splitlines() if words in line]
    return next((Path(line.rsplit("=> ", 1)[1]) for line in lines if line.startswith(f"{library} ")), None)


def deb(bundle: Path, work: Path, out: Path, version: str) -> Path:
    """Write ``cxrviewer_VERSION_ARCH.deb``: /opt/cxrviewer, a link in /usr/bin, menu entry, icons, file types."""
    architecture = ARCHITECTURES[platform.machine()]
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    share = tree / "usr/share"
    shutil.copytree(bundle, tree / "opt" / NAME, symlinks=True)
    for folder in ("usr/bin", "usr/share/applications", "usr/share/mime/packages", f"usr/share/doc/{NAME}", "DEBIAN"):
        (tree / folder).mkdir(parents=True)
    for program in (NAME, f"{NAME}-cli"):
        (tree / "usr/bin" / program).symlink_to(f"/opt/{NAME}/{program}")
    shutil.copy(HERE / "org.cxrviewer.viewer.desktop", share / "applications")
    shutil.copy(HERE / "cxrviewer-mime.xml", share / "mime/packages/cxrviewer.xml")
    for size in PNG_SIZES:
        _copy(ICONS / f"cxrviewer-{size}.png", share / f"icons/hicolor/{size}x{size}/apps/cxrviewer.png")
    _copy(ICONS / "cxrviewer.svg", share / "icons/hicolor/scalable/apps/cxrviewer.svg")
    _documents(share / "doc" / NAME)
    for script in ("preinst", "postinst", "postrm"):
        target = tree / "DEBIAN" / script
        target.write_text((HERE / script).read_text(encoding="utf-8").replace("@VERSION@", version), encoding="utf-8")
        target.chmod(0o755)
    (tree / "DEBIAN/control").write_text(_control(bundle, version, architecture), encoding="utf-8")
    _settle(tree)
    package = out / f"{NAME}_{version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", str(tree), str(package)],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date())},
    )  # fmt: skip
    return package


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def _documents(folder: Path) -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    third = f"Licences of everything bundled: /opt/{NAME}/_internal/resources/notices/THIRD_PARTY.txt\n"
    (folder / "copyright").write_text(f"{notice}\n{third}\n{licence}", encoding="utf-8")
    packed = gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), 9, mtime=source_date())
    (folder / "changelog.gz").write_bytes(packed)


def _control(bundle: Path, version: str, architecture: str) -> str:
    size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file() and not path.is_symlink())
    return f"""\
Package: {NAME}
Version: {version}
Section: science
Priority: optional
Architecture: {architecture}
Maintainer: {MAINTAINER}
Installed-Size: {-(-size // 1024)}
Depends: {", ".join(depends(bundle))}
Recommends: shared-mime-info, desktop-file-utils, hicolor-icon-theme
Description: offline viewer for chest films with explainable models
 Opens DICOM studies from a folder, runs a small distilled network on the
 processor and shows where it looked as a layer over the film. Nothing leaves
 the computer.
 .
 Research use only. Not a medical device.
"""


def _settle(tree: Path) -> None:
    """Give files the modes Debian expects, whatever the umask of whoever builds."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_symlink():
            continue
        program = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if program else 0o644)
