"""macOS: sign the .app when an identity is given, put it into a .dmg, notarise when credentials are given.

Never run where this project was first made, which had no Mac; docs/packaging.md lists the steps.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from contents import NAME

ENTITLEMENTS = Path(__file__).resolve().parent / "macos" / "entitlements.plist"
_MACH_O = {bytes.fromhex(magic) for magic in ("cffaedfe", "cefaedfe", "cafebabe", "feedfacf")}


def sign(app: Path) -> bool:
    """Sign inside out with the hardened runtime when ``CXR_CODESIGN_IDENTITY`` is set; return whether it did.

    Without it the app keeps the ad-hoc signature PyInstaller gave it, without which Apple
    Silicon runs nothing; whoever downloads it must then open it with a right click.
    """
    identity = os.environ.get("CXR_CODESIGN_IDENTITY")
    if not identity:
        print("ad-hoc signature only: CXR_CODESIGN_IDENTITY is not set")
        return False
    # `codesign --deep` skips code in Resources and signs in no useful order: every binary by itself, deepest first.
    binaries = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink() and _is_code(path)]
    base = ["codesign", "--force", "--timestamp", "--options", "runtime", "--sign", identity]
    for path in sorted(binaries, key=lambda p: -len(p.parts)):
        subprocess.run([*base, str(path)], check=True)
    for framework in sorted(app.rglob("*.framework"), key=lambda p: -len(p.parts)):
        if not framework.is_symlink():
            subprocess.run([*base, str(framework)], check=True)
    subprocess.run([*base, "--entitlements", str(ENTITLEMENTS), str(app)], check=True)
    subprocess.run(["codesign", "--verify", "--deep", "--strict", str(app)], check=True)
    return True


def _is_code(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _MACH_O


def dmg(app: Path, work: Path, out: Path, version: str) -> Path:
    """Write ``cxrviewer-VERSION-macos-arm64.dmg`` with the app and a link to Applications."""
    stage = work / "dmg"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    # ditto keeps symbolic links, modes and signatures; a copy that follows links doubles Qt and breaks the signature.
    subprocess.run(["ditto", str(app), str(stage / app.name)], check=True)
    (stage / "Applications").symlink_to("/Applications")
    image = out / f"{NAME}-{version}-macos-arm64.dmg"
    image.unlink(missing_ok=True)
    create = [
        "hdiutil",
        "create",
        "-volname",
        f"{NAME} {version}",
        "-srcfolder",
        str(stage),
        "-fs",
        "HFS+",
        "-format",
        "ULMO",
    ]
    subprocess.run([*create, str(image)], check=True)
    return image


def notarise(image: Path) -> bool:
    """Have Apple check `image` and staple the ticket, when ``CXR_NOTARY_PROFILE`` names credentials in the keychain.

    The profile is made once with ``xcrun notarytool store-credentials``; no secret passes through here.
    """
    profile = os.environ.get("CXR_NOTARY_PROFILE")
    if not profile:
        print("not notarised: CXR_NOTARY_PROFILE is not set")
        return False
    subprocess.run(["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"], check=True)
    subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return True
