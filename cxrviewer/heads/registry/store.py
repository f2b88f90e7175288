"""Installs, removes and restores heads in the user's folder: a head is there whole and checked, or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import CxrError, HeadError, HeadRejectedError, PackRejectedError
from cxrviewer.heads.contract import DiscoveredHead, HeadManifest
from cxrviewer.heads.package.files import MANIFEST_NAME, MAX_MANIFEST_BYTES, read_file, sha256
from cxrviewer.heads.package.manifest import read_manifest
from cxrviewer.heads.package.signature import read_signature
from cxrviewer.heads.registry.approval import Approvals
from cxrviewer.heads.registry.conformance import check_head, read_verified
from cxrviewer.heads.registry.discover import FROZEN, discover, discover_one, is_frozen
from cxrviewer.heads.registry.pack import copy_pack
from cxrviewer.heads.registry.trust import TrustedKeys
from cxrviewer.heads.runtime.parsing import DIRECT, IsolatedParser, KnownFiles, Parser
from cxrviewer.heads.runtime.runner import Limits
from cxrviewer.leftovers import sweep, temporary_name
from cxrviewer.text import msg

INSTALL_LIMITS = Limits(load_seconds=6.0, run_seconds=3.0, scaled=True)
"""Shorter than a head's own: whoever drops a pack on the window has an answer within ten seconds, on a slow
computer within a multiple of them."""

_STAGING, _PREVIOUS, _REMOVED = "staging", ".previous-", ".removed"


class Installed(Struct, frozen=True):
    """What an installation did.

    Attributes
    ----------
    replaced : str
        Version that was there before, empty where there was none.
    unchanged : bool
        The very same head was there already; nothing was written.
    signer : str
        Fingerprint of the key that signed it, empty for an unsigned head.
    new_key : bool
        The key was not known for this id before; it is remembered from now on.
    """

    manifest: HeadManifest
    folder: Path
    replaced: str = ""
    unchanged: bool = False
    signer: str = ""
    new_key: bool = False


def head_digest(folder: Path) -> str:
    """Return the SHA-256 of ``head.toml``: it names the hash of every other file, so it stands for the whole head.

    Raises
    ------
    HeadRejectedError
    """
    return sha256(read_file(folder, MANIFEST_NAME, MAX_MANIFEST_BYTES))


def version_order(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
    """Return a key that orders versions as Semantic Versioning 2.0.0 section 11 does, build metadata ignored.

    Examples
    --------
    >>> sorted(["1.10.0", "1.9.0", "1.10.0-rc.2", "1.10.0-rc.10"], key=version_order)
    ['1.9.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0']
    """
    core, _, before = version.partition("+")[0].partition("-")
    numbers = [int(part) for part in re.findall(r"\d+", core)]
    while numbers and numbers[-1] == 0:
        numbers.pop()  # 1.2 is 1.2.0
    parts = tuple((not p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in before.split(".")) if before else ()
    return tuple(numbers), not before, parts


def switched_on(heads: Iterable[DiscoveredHead], default: str, disabled: Collection[str]) -> tuple[DiscoveredHead, ...]:
    """Return the usable heads that are not switched off: the one of the id `default` first, the others as they come."""
    usable = [h for h in heads if not h.problems and h.manifest is not None and h.manifest.id not in disabled]
    return tuple(sorted(usable, key=lambda h: h.manifest is None or h.manifest.id != default))  # sorted is stable


class _Wish(Struct, frozen=True):
    """How somebody wants a pack installed; see `HeadStore.install`."""

    force: bool
    accept_key: str
    limits: Limits


class HeadStore:
    """The shipped heads, which nobody changes, and the user's.

    Parameters
    ----------
    folder : Path
        ``AppPaths.heads``; created at the first installation.
    shipped : Path or None
    isolated : bool
        Read the files of heads that are not known in a process with limits: for every program that a stranger's
        head may be dropped on. An author's own heads are read directly.
    """

    def __init__(self, folder: Path, shipped: Path | None, *, isolated: bool = False) -> None:
        self._folder = folder
        self._shipped = shipped
        self._known = KnownFiles(folder)
        self._isolated = IsolatedParser(shipped, self._known.digests) if isolated else None
        self.parser: Parser = self._isolated or DIRECT
        self.keys = TrustedKeys(folder)
        self.approvals = Approvals(folder, self.parser)

    def close(self) -> None:
        """End the process that reads files; whatever waits for it raises JobCancelled."""
        if self._isolated is not None:
            self._isolated.close()

    @property
    def folder(self) -> Path:
        return self._folder

    def discover(self) -> tuple[DiscoveredHead, ...]:
        """Return all heads, the shipped ones first; finishes what a power cut interrupted."""
        self._recover()
        folders = (self._shipped, self._folder)
        present = (folder for folder in folders if folder is not None)
        with self.parser.session():
            return discover(present, self.approvals.digests(), self._judged, self.parser)

    def look_at(self, folder: Path) -> DiscoveredHead:
        """Return the head of a folder that lies anywhere."""
        return discover_one(folder, self.approvals.digests(), self.parser)

    def is_shipped(self, head: DiscoveredHead) -> bool:
        return head.folder.parent == self._shipped

    def is_own(self, head: DiscoveredHead) -> bool:
        """Return whether the user installed it: neither shipped nor of a Python package."""
        return head.folder.parent == self._folder

    def install(
        self,
        source: Path,
        *,
        force: bool = False,
        accept_key: str = "",
        limits: Limits = INSTALL_LIMITS,
        cancel: CancelToken | None = None,
        on_step: Callable[[str], None] = lambda step: None,
    ) -> Installed:
        """Install the pack at `source`: copy beside the others, check the copy, then put it in place by a rename.

        A version that is already there stays in use until the new one has passed every check.

        Parameters
        ----------
        force : bool
            Also replace a newer version by an older one.
        accept_key : str
            Fingerprint of a key to accept in the place of the one the id is known by.
        on_step : callable
            Called on this thread with what is being done.

        Raises
        ------
        PackRejectedError
            With every reason; nothing is left on the disk.
        JobCancelled
            The same.
        """
        token = cancel or CancelToken()
        staging = self._make_staging()
        try:
            with self.parser.session():
                return self._install(source, staging, _Wish(force, accept_key, limits), token, on_step)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _install(
        self, source: Path, staging: Path, wish: _Wish, token: CancelToken, on_step: Callable[[str], None]
    ) -> Installed:
        on_step(msg("Copying the pack…"))
        copied = copy_pack(source, staging, token, self.parser)
        manifest, signer = copied.manifest, copied.signer
        existing = self._reject_clash(manifest, staging, force=wish.force)
        self.keys.reject_other(manifest.id, signer, existing, wish.accept_key)
        if existing is not None and _is_same(existing.folder, staging):
            return Installed(manifest, existing.folder, unchanged=True, signer=signer)
        if manifest.program:
            _reject_program()
        else:
            on_step(msg("Checking the model in a process of its own…"))
            _reject_unfit(staging, wish.limits, token, self.discover(), self.parser)
        token.raise_if_cancelled()
        on_step(msg("Putting it in place…"))
        folder = existing.folder if existing is not None else self._folder / manifest.id
        new_key = bool(signer) and signer != self.keys.key_of(manifest.id)
        known = _parsed_files(manifest, head_digest(staging))
        with self.keys.remembering(manifest.id, signer):
            self._swap(staging, folder)
        if self._isolated is not None:
            self._known.add(known, manifest.id)
        replaced = existing.manifest.version if existing is not None and existing.manifest is not None else ""
        return Installed(manifest, folder, replaced, signer=signer, new_key=new_key)

    def remove(self, name: str) -> Path:
        """Move the head `name`, an id or the name of its folder, aside; `restore` brings it back.

        Returns
        -------
        Path
            The folder it was in.

        Raises
        ------
        HeadError
            There is none, it is a shipped one, or it cannot be moved.
        """
        found = self._find(name)
        aside = self._folder / _REMOVED / found.name
        try:
            aside.parent.mkdir(exist_ok=True)
            if os.path.lexists(aside):
                shutil.rmtree(aside)  # one step back is kept, not a history
            os.replace(found, aside)
        except OSError as error:
            raise HeadError(
                msg("The model head could not be removed; check the rights of the heads folder.")
            ) from error
        return found

    def restore(self, name: str) -> Path:
        """Bring back the head that was removed last under `name`, the id or the name of its folder.

        Raises
        ------
        HeadError
            There is none, or another head has taken its place.
        """
        aside = self._folder / _REMOVED / name
        if Path(name).name != name or not aside.is_dir():
            raise HeadError(msg("No removed model head of this name is kept."))
        target = self._folder / name
        if os.path.lexists(target) or any(h.manifest is not None and h.manifest.id == name for h in self.discover()):
            raise HeadError(msg("A model head of this name is installed; remove it first."))
        try:
            os.replace(aside, target)
        except OSError as error:
            raise HeadError(msg("The model head could not be brought back; check the heads folder.")) from error
        return target

    def _judged(self, head: DiscoveredHead) -> DiscoveredHead:
        return self.keys.judged(head) if self.is_own(head) else head

    def _find(self, name: str) -> Path:
        heads = self.discover()
        own = [head for head in heads if self.is_own(head)]
        for head in own:
            if name in (head.folder.name, head.manifest.id if head.manifest is not None else None):
                return head.folder
        if any(head.manifest is not None and head.manifest.id == name for head in heads):
            raise HeadError(
                msg("This model head came with the program or a package and cannot be removed; switch it off instead.")
            )
        raise HeadError(msg("No model head of this id is installed."))

    def _make_staging(self) -> Path:
        """Return a new empty folder on the volume of the heads, so that putting in place is one rename."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            sweep(self._folder)
            staging = self._folder / temporary_name(_STAGING)
            staging.mkdir()
        except OSError as error:
            problem = "the folder of the model heads cannot be written to; check its rights and the disk."
            raise PackRejectedError((problem,), check="pack") from error
        return staging

    def _reject_clash(self, new: HeadManifest, staging: Path, *, force: bool) -> DiscoveredHead | None:
        """Return the installed head of the same id that may be replaced, None where there is none."""
        heads = self.discover()
        same = [head for head in heads if head.manifest is not None and head.manifest.id == new.id]
        if not same:
            if os.path.lexists(self._folder / new.id):
                raise _clash(msg("another folder has this head's name; remove it first."))
            return None
        head = same[0]
        old = head.manifest
        assert old is not None
        if not self.is_own(head):
            raise _clash(
                msg(
                    "the id {id} belongs to a head that came with the program or a package; give the new one its own.",
                    id=new.id,
                )
            )
        if not set(old.authors) & set(new.authors):
            raise _clash(msg("the id {id} is taken by a head of other authors; remove that one first.", id=new.id))
        order, before = version_order(new.version), version_order(old.version)
        if order == before and head_digest(staging) != _digest_or_empty(head.folder):
            raise _clash(
                msg(
                    "version {version} of {id} is installed with other content; a changed head needs a new number.",
                    version=old.version,
                    id=new.id,
                )
            )
        if order < before and not force:
            raise _clash(
                msg(
                    "version {version} is installed, which is newer than {version2}; remove it first, or use "
                    "`cxrviewer heads install --force`.",
                    version=old.version,
                    version2=new.version,
                )
            )
        return head

    def _swap(self, staging: Path, target: Path) -> None:
        _sync_folder(staging)
        previous = self._folder / f"{_PREVIOUS}{target.name}"
        try:
            if os.path.lexists(target):
                shutil.rmtree(previous, ignore_errors=True)
                os.replace(target, previous)
            os.replace(staging, target)
        except OSError as error:
            self._recover()
            raise PackRejectedError(
                (msg("it could not be put in place; check the heads folder."),), check="pack"
            ) from error
        _sync_folder(self._folder)
        shutil.rmtree(previous, ignore_errors=True)

    def _recover(self) -> None:
        """Bring back the old version where a swap was cut short between its two renames."""
        for previous in _entries(self._folder, _PREVIOUS):
            target = self._folder / previous.name.removeprefix(_PREVIOUS)
            with contextlib.suppress(OSError):
                if not os.path.lexists(target):
                    os.replace(previous, target)
                else:
                    shutil.rmtree(previous)


def _clash(problem: str) -> PackRejectedError:
    return PackRejectedError((problem,), check="clash")


def _digest_or_empty(folder: Path) -> str:
    try:
        return head_digest(folder)
    except HeadRejectedError:
        return ""


def _is_same(installed: Path, staging: Path) -> bool:
    """Return whether the installed head is the new one, and undamaged: a damaged one is worth replacing."""
    if _digest_or_empty(installed) != head_digest(staging):
        return False
    try:
        if read_signature(installed) != read_signature(staging):
            return False
        read_verified(installed, read_manifest(installed))
    except CxrError:
        return False
    return True


def _reject_program() -> None:
    if is_frozen():
        raise PackRejectedError((FROZEN,), check="structure")


def _parsed_files(manifest: HeadManifest, digest: str) -> set[str]:
    """Return the SHA-256 of every file of a checked head that this program parses by itself."""
    named = {manifest.test.input, manifest.test.logits, manifest.eligibility.density}
    # Nobody has run a program's checks before it is approved.
    return {digest, *(sha256 for name, sha256 in manifest.files if name in named and not manifest.program)}


def _reject_unfit(
    staging: Path, limits: Limits, cancel: CancelToken, installed: tuple[DiscoveredHead, ...], parser: Parser
) -> None:
    results = check_head(staging, limits, cancel, installed=installed, parser=parser)
    failed = [result for result in results if not result.passed]
    if not failed:
        return
    problems = failed[0].problems
    if failed[0].name == "limits":
        problems = (*problems, _limits_text(limits))
    raise PackRejectedError(problems, check=failed[0].name)


def _limits_text(limits: Limits) -> str:
    """Explain what was allowed, and where more is: an honest head on a slow machine fails here too."""
    mebibytes = limits.memory_bytes // 2**20
    words = msg(
        "Allowed are {load:g} s to load, {run:g} s per film and {mebibytes} MiB",
        load=limits.load_seconds,
        run=limits.run_seconds,
        mebibytes=mebibytes,
    )
    usual = Limits()
    if limits.run_seconds >= usual.run_seconds:
        return msg("{words}.", words=words)
    return msg(
        "{words}, more where this computer is slow; `cxrviewer heads install --slow` allows {load:g} s and {run:g} s.",
        words=words,
        load=usual.load_seconds,
        run=usual.run_seconds,
    )


def _entries(folder: Path, prefix: str) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder) if name.startswith(prefix)]
    except OSError:
        return []


def _sync_folder(folder: Path) -> None:
    """Flush names to the disk: without it a power cut can undo the rename. Windows offers no way to."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
