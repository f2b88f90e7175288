"""The built program for the tests that need one, and the scripts of ``packaging/`` as modules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging import sandbox

ROOT = Path(__file__).resolve().parents[2]
# Not a package: `import packaging` is a library of that name that pytest itself uses.
sys.path.append(str(ROOT / "packaging"))


@dataclass(frozen=True, slots=True)
class Built:
    """What ``packaging/build.py`` made."""

    out: Path

    @property
    def bundle(self) -> Path:
        return self.out / "bundle" / "cxrviewer"

    @property
    def work(self) -> Path:
        return self.out / "work" / "cxrviewer"

    def package(self, suffix: str) -> Path:
        (found,) = self.out.glob(f"cxrviewer*{suffix}")
        return found


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return the packages in ``CXR_DIST``, or build them; minutes, so only where asked for."""
    if os.environ.get("CXR_PACKAGING") != "1":
        pytest.skip("building and installing packages takes minutes: set CXR_PACKAGING=1 to do it")
    if "CXR_DIST" in os.environ:
        return Built(Path(os.environ["CXR_DIST"]).resolve())
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, str(ROOT / "packaging" / "build.py"), "--out", str(out)], check=True)
    return Built(out)


@pytest.fixture
def alone(built: Built) -> Built:
    """Return the built program where a sandbox can be made."""
    reason = sandbox.missing()
    if reason is not None:
        pytest.skip(reason)
    return built


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the DISPLAY of an X server that only listens in the file system."""
    read, write = os.pipe()
    # -noreset: otherwise the server starts anew whenever its last client leaves, under a program just arriving.
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-ac", "-noreset", "-nolisten", "tcp"]
    try:
        server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        pytest.skip("Xvfb is not installed")
    os.close(write)
    with os.fdopen(read) as reader:
        number = reader.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()
