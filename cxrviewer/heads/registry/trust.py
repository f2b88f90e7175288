"""Which key may sign which id: trust on first use, kept after the head is removed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from cxrviewer.errors import HeadError, KeyChangedError, PackRejectedError
from cxrviewer.heads.contract import DiscoveredHead
from cxrviewer.heads.package.record_store import RecordStore
from cxrviewer.heads.package.signature import normal_fingerprint
from cxrviewer.text import msg

FILE_NAME = ".trusted-keys.json"


class TrustedKeys:
    """Id -> fingerprint of the key that signed the first version installed under it.

    Parameters
    ----------
    folder : Path
        The user's heads folder.
    """

    def __init__(self, folder: Path) -> None:
        self._records = RecordStore(folder / FILE_NAME, msg("remembered keys"))

    def key_of(self, head_id: str) -> str:
        """Return the fingerprint remembered for an id, empty where there is none. Raises `HeadError`."""
        return self._records.get(head_id)

    def trust(self, head_id: str, key: str) -> str:
        """Accept `key`, as somebody typed its fingerprint, for an id from now on; return it as it is remembered.

        Raises
        ------
        HeadError
        """
        known = normal_fingerprint(key)
        if not known:
            raise HeadError(msg("This is no fingerprint of a key; it has 20 letters and digits in four groups."))
        self._records.put(head_id, known)
        return known

    def forget(self, head_id: str) -> bool:
        """Forget the key of an id, so that the next installation is a first one again. Raises `HeadError`."""
        return self._records.remove(head_id)

    def reject_other(self, head_id: str, signer: str, installed: DiscoveredHead | None, accept: str = "") -> None:
        """Reject a pack that is not signed with the key its id is known by.

        Parameters
        ----------
        signer : str
            Fingerprint of the pack's key, empty where it is unsigned.
        installed : DiscoveredHead or None
            The version that is there: its key counts where none is remembered (a folder somebody copied).
        accept : str
            Fingerprint of a key a person has just accepted.

        Raises
        ------
        KeyChangedError
        PackRejectedError
            The list of remembered keys cannot be read.
        """
        try:
            known = self.key_of(head_id)
        except HeadError as error:
            raise PackRejectedError((error.user_message,), check="trust") from error
        known = known or (installed.signer if installed is not None else "")
        if known and signer != known and not (signer and signer == accept):
            raise KeyChangedError(head_id, known, signer)

    @contextlib.contextmanager
    def remembering(self, head_id: str, signer: str) -> Iterator[None]:
        """Remember `signer` for an id while the body puts the head in place; what fails is forgotten again.

        Raises
        ------
        PackRejectedError
            The key cannot be written down.
        """
        try:
            before = self.key_of(head_id)
            if signer and signer != before:
                self._records.put(head_id, signer)
        except HeadError as error:
            raise PackRejectedError((error.user_message,), check="trust") from error
        try:
            yield
        except BaseException:
            with contextlib.suppress(HeadError):
                if signer and before:
                    self._records.put(head_id, before)
                elif signer:
                    self._records.remove(head_id)
            raise

    def judged(self, head: DiscoveredHead) -> DiscoveredHead:
        """Return `head` with `known_key`, or with a problem where it does not bear the key its id is known by."""
        if head.manifest is None:
            return head
        try:
            known = self.key_of(head.manifest.id)
        except HeadError as error:
            return replace(head, problems=(*head.problems, f"signature: {error.user_message}"))
        if not known or head.signer == known:
            return replace(head, known_key=bool(known))
        now = f"with {head.signer}" if head.signer else "with none"
        return replace(head, problems=(*head.problems, f"signature: its id is known by the key {known}, not {now}"))
