"""Build the program and its packages for the system this runs on. ``make app`` runs it.

    python packaging/build.py                bundle, checks, packages
    python packaging/build.py --bundle-only  bundle and checks, no packages
    python packaging/build.py --clean        forget earlier builds first

Needs an environment with packaging/requirements.lock; torch may be installed, it is never bundled.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import contents  # noqa: E402
import inventory  # noqa: E402
import notices  # noqa: E402

import cxrviewer  # noqa: E402

VERSION = cxrviewer.__version__
LINUX, MACOS, WINDOWS = (sys.platform.startswith(name) for name in ("linux", "darwin", "win32"))


T = TypeVar("T")


class BuildError(SystemExit):
    """The build stopped; the message says why."""


def main() -> int:
    given = _arguments()
    out, work = given.out.resolve(), given.out.resolve() / "work"
    if given.clean:
        shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    if given.resources is not None:
        os.environ["CXR_BUILD_RESOURCES"] = str(given.resources.resolve())
    bundle = _step("freeze", lambda: freeze(out, work))
    _step("notices and bill of materials", lambda: document(bundle, work, out))
    _step("checks", lambda: check(bundle))
    _step("self-test inside the program", lambda: self_test(bundle, work))
    parts = inventory.table(inventory.of_bundle(work / "cxrviewer", bundle), bundle)
    (out / "parts.txt").write_text(parts + "\n", encoding="utf-8")
    print(parts)
    if given.bundle_only:
        return 0
    packages = _step("packages", lambda: package(bundle, work, out))
    checksums(packages, out)
    for path in packages:
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {path.name}")
    _limit_archive(packages)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build cxrviewer's program and packages.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where everything goes (default: dist)")
    parser.add_argument(
        "--resources", type=Path, help="folder to bundle instead of the checkout's resources (for trials)"
    )
    parser.add_argument("--bundle-only", action="store_true", help="no archives and installers")
    parser.add_argument("--clean", action="store_true", help="delete earlier builds first")
    return parser.parse_args()


def _step(name: str, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    print(f"-- {name}", flush=True)
    result = work()
    print(f"   {time.perf_counter() - started:.1f} s", flush=True)
    return result


def freeze(out: Path, work: Path) -> Path:
    """Run PyInstaller; return the folder of the finished program."""
    heads = inventory.heads_folder()
    if not any(heads.glob("*/head.toml")):
        raise BuildError(f"no model head in {heads}: export one first, or name a folder with --resources")
    shutil.rmtree(work / "cxrviewer", ignore_errors=True)
    environment = dict(os.environ)
    if WINDOWS:
        import windows_packages

        work.mkdir(parents=True, exist_ok=True)
        environment["CXR_BUILD_VERSION_INFO"] = str(windows_packages.version_info(VERSION, work / "version_info.txt"))
    folders = ["--distpath", str(out / "bundle"), "--workpath", str(work)]
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "WARN",
        *folders,
        str(HERE / "cxrviewer.spec"),
    ]
    if subprocess.run(command, cwd=HERE, env=environment, check=False).returncode:
        raise BuildError("PyInstaller failed")
    bundle = out / "bundle" / contents.NAME
    if LINUX:
        # One program under two names: Linux makes no difference between programs with and without a console.
        (bundle / f"{contents.NAME}-cli").symlink_to(contents.NAME)
    return bundle


def _internal(bundle: Path) -> Path:
    return bundle / "_internal"


def document(bundle: Path, work: Path, out: Path) -> None:
    """Write notices and the bill of materials into the bundle, and the latter beside the packages too."""
    import sbom

    folder = _internal(bundle) / "resources" / "notices"
    found = inventory.of_bundle(work / "cxrviewer", bundle)
    notices.write(found, folder)
    sbom.write(found, folder / "sbom.cdx.json", VERSION)
    shutil.copy(folder / "sbom.cdx.json", out / f"{contents.NAME}-{VERSION}-{sys.platform}.cdx.json")
    problems = notices.forbidden(found)
    if problems:
        raise BuildError("licences that must not be inside:\n  " + "\n  ".join(problems))
    if MACOS:
        app = bundle.with_suffix(".app") / "Contents" / "Resources" / "resources" / "notices"
        shutil.copytree(folder, app, dirs_exist_ok=True)


def check(bundle: Path) -> None:
    """Stop where something is inside that must not be, or the bundle has grown too big.

    Raises
    ------
    BuildError
    """
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    names = [path.relative_to(bundle).as_posix() for path in files]
    wrong = [name for name in names if contents.FORBIDDEN_IN_BUNDLE.search(name)]
    if wrong:
        raise BuildError("these must not be in the bundle:\n  " + "\n  ".join(wrong))
    here = str(ROOT).encode()
    leaks = [
        name
        for name, path in zip(names, files, strict=True)
        if path.suffix in ("", ".json", ".txt") and here in path.read_bytes()
    ]
    if leaks:
        raise BuildError("these name a folder of the machine they were built on:\n  " + "\n  ".join(leaks))
    size = sum(path.stat().st_size for path in files)
    print(f"   {len(files)} files, {size / 1e6:.1f} MB unpacked, at most {contents.MAX_UNPACKED_BYTES / 1e6:.0f}")
    if LINUX and size > contents.MAX_UNPACKED_BYTES:
        raise BuildError("the bundle is too big; packaging/inventory.py shows its parts")
    if WINDOWS:
        import windows_packages

        windows_packages.check_vc_runtime(bundle)


def self_test(bundle: Path, work: Path) -> None:
    """Run ``self-test`` inside the built program, with an empty home and without Python's environment."""
    home = work / "self-test-home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    program = bundle / (f"{contents.NAME}-cli.exe" if WINDOWS else contents.NAME)
    kept = ("SYSTEMROOT", "TEMP", "TMP") if WINDOWS else ("TMPDIR",)
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"CXRVIEWER_HOME": str(home), "HOME": str(home), "PATH": "" if WINDOWS else "/usr/bin:/bin"}
    run = subprocess.run(
        [str(program), "self-test"], env=environment, cwd=home, capture_output=True, text=True, check=False
    )
    failures = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    if run.returncode or failures or not run.stdout.rstrip().endswith("OK"):
        raise BuildError("the self-test failed:\n" + run.stdout + run.stderr)
    print(f"   {len(run.stdout.splitlines()) - 1} steps OK")


def package(bundle: Path, work: Path, out: Path) -> list[Path]:
    """Write the packages of this system."""
    if LINUX:
        import linux_packages

        return [linux_packages.tar_xz(bundle, out, VERSION), linux_packages.deb(bundle, work, out, VERSION)]
    if WINDOWS:
        import windows_packages

        windows_packages.sign(list(bundle.glob("*.exe")))
        return [windows_packages.portable_zip(bundle, out, VERSION), windows_packages.installer(bundle, out, VERSION)]
    import macos_packages

    app = bundle.with_suffix(".app")
    macos_packages.sign(app)
    image = macos_packages.dmg(app, work, out, VERSION)
    macos_packages.notarise(image)
    return [image]


def _limit_archive(packages: list[Path]) -> None:
    for path in packages:
        if path.name.endswith(".tar.xz") and path.stat().st_size > contents.MAX_ARCHIVE_BYTES:
            raise BuildError(f"{path.name} is bigger than {contents.MAX_ARCHIVE_BYTES / 1e6:.0f} MB")


def checksums(packages: list[Path], out: Path) -> None:
    """Write ``SHA256SUMS-SYSTEM`` in the form ``sha256sum --check`` reads."""
    documents = sorted(out.glob(f"{contents.NAME}-{VERSION}-*.cdx.json"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in [*packages, *documents]]
    (out / f"SHA256SUMS-{sys.platform}").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
