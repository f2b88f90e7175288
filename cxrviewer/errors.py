"""Errors a user can act on.

Everything raised on purpose derives from `CxrError`. Anything else that reaches the top
level is a bug and goes to the crash dialog.
"""

from __future__ import annotations


class CxrError(Exception):
    """Base of every expected failure.

    Attributes
    ----------
    user_message : str
        One sentence for the screen: what happened and what the user can do.
        Holds no patient data and no file path.
    """

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


class ImageError(CxrError):
    """A file does not give an image."""


class FileGoneError(ImageError):
    """The file has been deleted, moved or renamed, or its drive was taken out."""


class FileChangingError(ImageError):
    """Another program wrote the file while it was read."""


class NotDicomError(ImageError):
    """The file is neither DICOM nor a picture this program reads."""


class UnsupportedImageError(ImageError):
    """A valid file that this viewer does not display."""


class DecodeError(ImageError):
    """The pixel data could not be decoded.

    Attributes
    ----------
    transfer_syntax : str
        Name and UID of (0002,0010) Transfer Syntax UID, empty for pictures.
    missing : str
        The decoder that would be needed, empty where the data itself is damaged.
    """

    def __init__(self, user_message: str, *, transfer_syntax: str = "", missing: str = "") -> None:
        super().__init__(user_message)
        self.transfer_syntax = transfer_syntax
        self.missing = missing


class DecoderError(DecodeError):
    """The process that reads files gave no answer: it ended, or the file took more memory or time than allowed."""


class HeadError(CxrError):
    """A model head cannot be used."""


class ManifestError(HeadError):
    """A model head's manifest is not usable.

    Attributes
    ----------
    problems : tuple of str
        Every problem found, each as ``key: what is wrong``, so that an author fixes a
        manifest in one round and not in five.
    other_contract : bool
        It is written for another version of the contract, and nothing else of it was looked at.
    """

    def __init__(self, head: str, problems: tuple[str, ...], *, other_contract: bool = False) -> None:
        super().__init__(f"The model head '{head}' cannot be loaded: {problems[0]}")
        self.problems = problems
        self.other_contract = other_contract


class HeadRejectedError(HeadError):
    """A head failed a conformance check.

    Attributes
    ----------
    check : str
        Name of the check, for instance ``sha256`` or ``test_vector``.
    """

    def __init__(self, user_message: str, *, check: str) -> None:
        super().__init__(user_message)
        self.check = check


class PackRefusedError(HeadError):
    """A pack was not installed; nothing of it is left on the disk.

    Attributes
    ----------
    check : str
        ``pack`` (the file or folder itself), ``clash`` (what is installed already), ``trust`` (the key), or the
        name of a conformance check.
    problems : tuple of str
        Every problem found.
    """

    def __init__(self, problems: tuple[str, ...], *, check: str) -> None:
        super().__init__(f"The model head was not installed: {problems[0]}")
        self.check = check
        self.problems = problems


class ApprovalRefusedError(HeadError):
    """A Python head failed a check when it was to be approved; it does not run.

    Attributes
    ----------
    check : str
    problems : tuple of str
    """

    def __init__(self, problems: tuple[str, ...], *, check: str) -> None:
        super().__init__(f"The program was not approved: {problems[0]}")
        self.check = check
        self.problems = problems


class KeyChangedError(PackRefusedError):
    """A pack is not signed with the key its id is known by.

    Attributes
    ----------
    head : str
        The id.
    known, found : str
        Fingerprints; `found` is empty for an unsigned pack.
    """

    def __init__(self, head: str, known: str, found: str) -> None:
        now = f"this pack is signed with {found}" if found else "this pack is not signed"
        how = f" --key {found}" if found else " --forget"
        super().__init__(
            (
                f"{head} is known by the key {known}, but {now}. It may be somebody else's.",
                f"Only if its author has told you about the change: `cxrviewer heads trust {head}{how}`.",
            ),
            check="trust",
        )
        self.head = head
        self.known = known
        self.found = found


class ScoringError(HeadError):
    """The model process crashed, ran out of time or memory, or answered nonsense."""


class IsolationError(CxrError):
    """A worker process gave no answer to a job; whoever asked puts it into the words of the job."""


class WorkerStartError(IsolationError):
    """The worker process could not be started."""


class WorkerDiedError(IsolationError):
    """The worker process ended during the job.

    Attributes
    ----------
    innocent : bool
        The job may have nothing to do with it: somebody else killed the process, or an earlier job may have damaged
        its memory.
    """

    def __init__(self, user_message: str, *, innocent: bool = False) -> None:
        super().__init__(user_message)
        self.innocent = innocent


class WorkerMemoryError(IsolationError):
    """The job needed more memory than allowed."""


class WorkerTimeError(IsolationError):
    """The job took longer than allowed.

    Attributes
    ----------
    working : bool
        True: of processor time. False: nothing came back, as from a drive or network that hangs.
    """

    def __init__(self, user_message: str, *, working: bool) -> None:
        super().__init__(user_message)
        self.working = working


class WorkerAnswerError(IsolationError):
    """The worker's answer is not a valid value of the expected type."""


class WorkerFaultError(IsolationError):
    """The job failed with an exception this program did not expect: a bug.

    Attributes
    ----------
    details : str
        Types and places, as for the log: no texts, no patient, no path.
    """

    def __init__(self, user_message: str, *, details: str = "") -> None:
        super().__init__(user_message)
        self.details = details


class SettingsError(CxrError):
    """Settings could not be read or written."""


class JobCancelled(Exception):
    """Unwinds a worker whose result nobody wants. Never shown, never logged as an error."""
