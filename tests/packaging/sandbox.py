"""A throw-away copy of this machine: no Python, no project, no network, an empty home; and what was written in it.

An overlay over the machine's own files, in mount and network namespaces of its own. Needs root, or a
kernel that lets ordinary users make them.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "/bundle"
"""Where the built program lies in the sandbox, read-only."""

_SCRIPT = """\
set -eu
mount -t tmpfs none "$W"
mkdir "$W/upper" "$W/work" "$W/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$W/upper,workdir=$W/work" "$W/root"
R="$W/root"
mount -t proc proc "$R/proc"
mount --rbind /dev "$R/dev"
rm -rf "$R"/usr/bin/python* "$R"/usr/local/bin/python*
for hidden in $HIDDEN; do [ -d "$R$hidden" ] && mount -t tmpfs none "$R$hidden"; done
mkdir -p "$R/bundle" "$R$HOUSE"
# The overlay shows sockets but does not connect to them.
[ ! -d /tmp/.X11-unix ] || mount --bind /tmp/.X11-unix "$R/tmp/.X11-unix"
[ -z "$BUNDLE" ] || { mount --bind "$BUNDLE" "$R/bundle"; mount -o remount,bind,ro "$R/bundle"; }
[ -z "$SHARED" ] || { mkdir -p "$R/shared"; mount --bind "$SHARED" "$R/shared"; mount -o remount,bind,ro "$R/shared"; }
set +e
chroot "$R" /usr/bin/env -i $ENVIRONMENT /bin/sh -c "$COMMAND"
code=$?
set -e
# Character devices with number 0:0 are how an overlay remembers a removed file.
(cd "$W/upper" && find . -type f -newer "$OUT/began" -printf '/%P\\n') >"$OUT/written"
(cd "$W/upper" && find . -mindepth 1 ! -type c -printf '/%P\\n' | sort) >"$OUT/upper"
[ ! -d "$R$HOUSE" ] || cp -a "$R$HOUSE" "$OUT/home"
exit $code
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command in the sandbox did.

    Attributes
    ----------
    code : int
    stdout, stderr : str
    written : tuple of str
        Absolute paths of files it wrote, wherever they are.
    left : tuple of str
        Files and folders there afterwards that the machine itself does not have.
    home : Path
        Copy of the home folder.
    """

    code: int
    stdout: str
    stderr: str
    written: tuple[str, ...]
    left: tuple[str, ...]
    home: Path


def _hidden() -> list[str]:
    """Return the folders that hold the project or a Python: they are empty in the sandbox."""
    places = {ROOT, Path(sys.prefix), Path(sys.base_prefix), Path.home()}
    tops = {f"/{place.parts[1]}" for place in places if place.parts[1] not in ("usr", "opt", "tmp")}
    return sorted({*tops, "/usr/lib/python3", "/usr/local/lib/python3.11", "/opt/hostedtoolcache"})


def run(
    command: str,
    out: Path,
    *,
    bundle: Path | None,
    home: str = "/home/reader",
    environment: Mapping[str, str] | None = None,
    shared: Path | None = None,
    timeout: float = 180,
) -> Outcome:
    """Run a shell `command` in a fresh sandbox.

    Parameters
    ----------
    out : Path
        Empty folder for what comes back.
    bundle : Path or None
        Mounted read-only at `PROGRAM`.
    shared : Path or None
        Mounted read-only at ``/shared``.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "began").touch()
    work = out / "mount"
    work.mkdir()
    given = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": home, **(environment or {})}
    variables = {
        "W": str(work),
        "OUT": str(out),
        "BUNDLE": str(bundle or ""),
        "SHARED": str(shared or ""),
        "HOUSE": home,
        "HIDDEN": " ".join(_hidden()),
        "COMMAND": command,
    }
    # env's arguments may hold blanks (a home folder), so they are quoted into the script itself.
    words = " ".join(shlex.quote(f"{name}={value}") for name, value in given.items())
    script = _SCRIPT.replace("$ENVIRONMENT", words)
    finished = subprocess.run(
        [*_namespaces(), "sh", "-c", script],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if not (out / "upper").is_file():
        raise RuntimeError(f"the sandbox could not be made: {finished.stderr}")
    new = [path for path in (out / "upper").read_text().splitlines() if not os.path.lexists(path)]
    ours = ("/bundle", "/shared", home)
    return Outcome(
        finished.returncode,
        finished.stdout,
        finished.stderr,
        tuple((out / "written").read_text().splitlines()),
        tuple(path for path in new if not path.startswith(ours) and not home.startswith(path)),
        out / "home",
    )


def _namespaces() -> Sequence[str]:
    alone = ["unshare", "--mount", "--net"]
    return alone if os.geteuid() == 0 else [*alone, "--map-root-user"]


@cache
def missing() -> str | None:
    """Return why no sandbox can be made here, None where one can."""
    probe = 'mount -t tmpfs none "$0" && mkdir "$0/u" "$0/w" "$0/m" && '
    probe += 'mount -t overlay overlay -o "lowerdir=/,upperdir=$0/u,workdir=$0/w" "$0/m"'
    try:
        tried = subprocess.run([*_namespaces(), "sh", "-c", probe, "/mnt"], capture_output=True, text=True, check=False)
    except OSError as error:
        return f"no sandbox: {error}"
    return None if tried.returncode == 0 else f"no sandbox: {tried.stderr.strip()}"
