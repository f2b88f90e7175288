"""Which Python heads may run on this computer, and the words a person reads before allowing one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from cxrviewer.cancel import CancelToken
from cxrviewer.errors import ApprovalRejectedError, HeadError
from cxrviewer.heads.contract import DiscoveredHead
from cxrviewer.heads.package.record_store import RecordStore
from cxrviewer.heads.registry.conformance import check_head, read_verified
from cxrviewer.heads.registry.discover import unusable_program
from cxrviewer.heads.runtime.parsing import DIRECT, Parser
from cxrviewer.text import msg

FILE_NAME = ".approved-programs.json"

WARNING = msg(
    "This head is a Python program. It can do whatever your account can: read, change and "
    "delete films, reports and everything else, and send it over the network. No check of "
    "this viewer makes it safe. Approve it only if you wrote it, or have read it, or trust "
    "whoever gave it to you."
)


class Request(Struct, frozen=True):
    """What a person decides about.

    Attributes
    ----------
    digest : str
        SHA-256 of ``head.toml``, which names the hash of every file listed: any changed byte gives another one.
    files : tuple of (name, bytes)
        The program first.
    signer : str
        Fingerprint of the key, empty for an unsigned head.
    """

    head_id: str
    title: str
    version: str
    digest: str
    files: tuple[tuple[str, int], ...]
    signer: str


class Approvals:
    """Digests of approved Python heads. An approval holds for these bytes and no others.

    Parameters
    ----------
    folder : Path
        The user's heads folder.
    """

    def __init__(self, folder: Path, parser: Parser = DIRECT) -> None:
        self._parser = parser
        self._records = RecordStore(folder / FILE_NAME, msg("approved programs"))

    def digests(self) -> frozenset[str]:
        """Return what may run; nothing where the list cannot be read."""
        try:
            return frozenset(self._records.read())
        except HeadError:
            return frozenset()

    def request(self, head: DiscoveredHead) -> Request:
        """Return the question about `head`, which is not approved yet.

        Raises
        ------
        HeadError
            It is no Python program, is damaged, or may not run here at all.
        """
        m = head.manifest
        if m is None or not m.program:
            raise HeadError(msg("This model head is not a Python program; it needs no approval."))
        never = unusable_program(approved=True)
        if never:
            raise HeadError(never)
        # That it waits is one of its problems: behind a bad signature, before all else.
        if len(head.problems) > head.awaits_approval:
            other = head.problems[0 if head.bad_signature or not head.awaits_approval else -1]
            raise HeadError(msg("The model head cannot be approved: {other}", other=other))
        data = read_verified(head.folder, m)
        sizes = [(m.model.file, data.model.size), *((name, file.size) for name, file in data.files.items())]
        return Request(m.id, m.title, m.version, head.digest, tuple(sizes), head.signer)

    def approve(self, head: DiscoveredHead, digest: str, cancel: CancelToken | None = None) -> None:
        """Run the checks of the program with this digest, and allow it to run where all pass.

        Parameters
        ----------
        digest : str
            What the person was shown.

        Raises
        ------
        HeadError
            The head is another one now, or the list cannot be written.
        ApprovalRejectedError
            A check failed.
        JobCancelled
        """
        request = self.request(head)
        if request.digest != digest:
            raise HeadError(msg("The model head was changed since its digest was shown; look at it again."))
        results = check_head(head.folder, cancel=cancel, approved={digest}, parser=self._parser)
        failed = [result for result in results if not result.passed]
        if failed:
            raise ApprovalRejectedError(failed[0].problems, check=failed[0].name)
        self._records.put(digest, f"{request.head_id} {request.version}, {datetime.now(UTC):%Y-%m-%d}")

    def withdraw(self, digest: str) -> bool:
        """Take an approval back. Raises `HeadError`."""
        return self._records.remove(digest)


def file_lines(files: Sequence[tuple[str, int]]) -> list[str]:
    """Return the files of a request as lines of text."""
    width = max(len(name) for name, _ in files)
    return [f"{name:{width}}  {size:,} bytes" for name, size in files]
