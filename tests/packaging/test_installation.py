"""Installing, upgrading and removing the Linux packages, in a throw-away copy of this machine."""

from __future__ import annotations

import lzma
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.packaging import sandbox
from tests.packaging.conftest import Built

contents = pytest.importorskip("contents")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux packages")

# What dpkg and its triggers keep for themselves, installed or not.
BOOKKEEPING = re.compile(
    r"^/var/(lib|log|cache)/(dpkg|apt|man-db|fontconfig)|^/var/log/(dpkg|alternatives)\.log|/mimeinfo\.cache$"
)
USER_DATA = """
    mkdir -p "$HOME/.config/cxrviewer/config" "$HOME/.local/share/cxrviewer/heads/mine"
    echo '{"schema": 1, "map_opacity": 0.9}' > "$HOME/.config/cxrviewer/config/settings.json"
    echo kept > "$HOME/.local/share/cxrviewer/heads/mine/head.toml"
"""


@pytest.fixture
def dpkg(alone: Built) -> Built:
    if shutil.which("dpkg") is None:
        pytest.skip("dpkg is not installed")
    return alone


def _other_version(package: Path, version: str, folder: Path) -> Path:
    """Return a package like `package` that says it is `version`; its files are two, for the test's speed."""
    tree = folder / f"tree-{version}"
    (tree / "opt/cxrviewer").mkdir(parents=True)
    subprocess.run(["dpkg-deb", "--control", str(package), str(tree / "DEBIAN")], check=True)
    for name in ("control", "preinst"):
        file = tree / "DEBIAN" / name
        text = file.read_text()
        ours = re.search(r"^Version: (.*)$", (tree / "DEBIAN/control").read_text(), re.MULTILINE).group(1)
        if name == "control":
            file.write_text(text.replace(f"Version: {ours}", f"Version: {version}"))
        else:
            file.write_text(re.sub(r'gt "[^"]*"', f'gt "{version}"', text))
    (tree / "DEBIAN/md5sums").unlink(missing_ok=True)
    (tree / "opt/cxrviewer/old-file").write_text(version)
    made = folder / f"cxrviewer_{version}.deb"
    subprocess.run(["dpkg-deb", "-Znone", "--build", str(tree), str(made)], check=True, capture_output=True)
    return made


def test_installing_and_removing_leaves_nothing_but_user_data(dpkg: Built, tmp_path: Path) -> None:
    package = dpkg.package(".deb")
    command = f"""set -e; {USER_DATA}
        dpkg -i /shared/{package.name} >&2
        cxrviewer --version; cxrviewer-cli self-test | tail -1
        test -f /usr/share/applications/org.cxrviewer.viewer.desktop
        dpkg -r cxrviewer >&2; dpkg -P cxrviewer >&2
        cat "$HOME/.config/cxrviewer/config/settings.json" "$HOME/.local/share/cxrviewer/heads/mine/head.toml"
    """
    outcome = sandbox.run(command, tmp_path / "out", bundle=None, shared=package.parent)
    assert outcome.code == 0, outcome.stderr
    said = outcome.stdout.splitlines()
    assert said[0].startswith("cxrviewer ") and said[1] == "OK"
    assert said[2:] == ['{"schema": 1, "map_opacity": 0.9}', "kept"]
    assert [path for path in outcome.left if not BOOKKEEPING.search(path)] == []


def test_an_upgrade_replaces_the_program_and_keeps_what_the_user_has(dpkg: Built, tmp_path: Path) -> None:
    package = dpkg.package(".deb")
    shared = tmp_path / "packages"
    shared.mkdir()
    shutil.copy(package, shared)
    older = shutil.copy(_other_version(package, "0.0.1", tmp_path), shared)
    command = f"""set -e; {USER_DATA}
        dpkg -i /shared/{Path(older).name} >&2; test -f /opt/cxrviewer/old-file
        dpkg -i /shared/{package.name} >&2; test ! -e /opt/cxrviewer/old-file
        cxrviewer-cli self-test | tail -1
        cat "$HOME/.config/cxrviewer/config/settings.json" "$HOME/.local/share/cxrviewer/heads/mine/head.toml"
    """
    outcome = sandbox.run(command, tmp_path / "out", bundle=None, shared=shared)
    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.splitlines() == ["OK", '{"schema": 1, "map_opacity": 0.9}', "kept"]


def test_a_downgrade_is_rejected_with_a_sentence_and_changes_nothing(dpkg: Built, tmp_path: Path) -> None:
    package = dpkg.package(".deb")
    shared = tmp_path / "packages"
    shared.mkdir()
    newer = shutil.copy(_other_version(package, "99.0", tmp_path), shared)
    shutil.copy(package, shared)
    command = f"""dpkg -i /shared/{Path(newer).name} >/dev/null
        dpkg -i /shared/{package.name} 2>&1; echo "refused with $?"
        dpkg-query -W -f='${{Version}} ${{Status}}\\n' cxrviewer; cat /opt/cxrviewer/old-file; echo
        CXRVIEWER_ALLOW_DOWNGRADE=1 dpkg -i /shared/{package.name} >/dev/null 2>&1; echo "allowed with $?"
    """
    outcome = sandbox.run(command, tmp_path / "out", bundle=None, shared=shared)
    assert "stays as it is" in outcome.stdout
    assert "refused with 1" in outcome.stdout
    assert "99.0 install ok installed\n99.0" in outcome.stdout
    assert outcome.stdout.rstrip().endswith("allowed with 0")


def test_the_archive_holds_one_folder_that_carries_the_version_and_fits(built: Built, tmp_path: Path) -> None:
    import cxrviewer

    archive = built.package(".tar.xz")
    assert archive.stat().st_size <= contents.MAX_ARCHIVE_BYTES
    unpacked = 0
    with lzma.open(archive) as stream, tarfile.open(fileobj=stream) as tar:
        names = []
        for member in tar:
            names.append(member.name)
            unpacked += member.size
            assert (member.uid, member.gid, member.uname) == (0, 0, "root")
            assert not member.mode & 0o022, f"{member.name} is writable by others"
            if member.issym():
                assert not member.linkname.startswith("/")
    assert {name.split("/")[0] for name in names} == {f"cxrviewer-{cxrviewer.__version__}"}
    assert unpacked <= contents.MAX_UNPACKED_BYTES


def test_the_unpacked_archive_enters_the_menu_and_leaves_it_again(alone: Built, tmp_path: Path) -> None:
    archive = alone.package(".tar.xz")
    # The folder's name has everything a desktop entry must escape.
    command = f"""set -e; mkdir -p "/srv/a b/\\$x %1"; cd "/srv/a b/\\$x %1"; tar -xf /shared/{archive.name}
        cd cxrviewer-*; ./desktop-entry.sh install
        grep -h ^Exec= "$HOME/.local/share/applications/org.cxrviewer.viewer.desktop"
        ./cxrviewer --version; ./desktop-entry.sh remove
        find "$HOME/.local/share" -name '*cxrviewer*'
    """
    outcome = sandbox.run(command, tmp_path / "out", bundle=None, shared=archive.parent)
    assert outcome.code == 0, outcome.stderr
    exec_line, version = outcome.stdout.splitlines()  # and nothing found after removal
    # Desktop Entry 1.5, "The Exec key": $ is escaped inside quotes, the file format doubles that
    # backslash, and % is doubled. Written out by hand.
    assert exec_line.startswith(r'Exec="/srv/a b/\\$x %%1/cxrviewer-')
    assert version.startswith("cxrviewer ")
