"""Errors a user can act on.

Everything raised on purpose derives from `CxrError`. Anything else that reaches the top
level is a bug and goes to the crash dialog.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cxrviewer.text import Message, Param, msg


class CxrError(Exception):
    """Base of every expected failure.

    Attributes
    ----------
    code : str
        What kind of failure it is, for the log and for programs that read the output; one for each class.
    user_message : str
        One sentence for the screen: what happened and what the user can do. A `text.Message` where it can be
        translated; as text it is English. Holds no patient data and no file path.
    """

    code: ClassVar[str] = "error"

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message

    @property
    def params(self) -> Mapping[str, Param]:
        """What is filled into the sentence, by name."""
        return self.user_message.params if isinstance(self.user_message, Message) else {}


class ImageError(CxrError):
    """A file does not give an image."""

    code = "image"


class FileGoneError(ImageError):
    """The file has been deleted, moved or renamed, or its drive was taken out."""

    code = "image.gone"


class FileChangingError(ImageError):
    """Another program wrote the file while it was read."""

    code = "image.changing"


class NotDicomError(ImageError):
    """The file is neither DICOM nor a picture this program reads."""

    code = "image.not-dicom"


class DirectoryTooLargeError(NotDicomError):
    """A DICOMDIR has more values or bytes than this program reads; the images that it names are found without it."""

    code = "image.directory-too-large"


class UnsupportedImageError(ImageError):
    """A valid file that this viewer does not display."""

    code = "image.unsupported"


class DecodeError(ImageError):
    """The pixel data could not be decoded.

    Attributes
    ----------
    transfer_syntax : str
        Name and UID of (0002,0010) Transfer Syntax UID, empty for pictures.
    missing : str
        The decoder that would be needed, empty where the data itself is damaged.
    """

    code = "image.decode"

    def __init__(self, user_message: str, *, transfer_syntax: str = "", missing: str = "") -> None:
        super().__init__(user_message)
        self.transfer_syntax = transfer_syntax
        self.missing = missing


class DecoderError(DecodeError):
    """The process that reads files gave no answer: it ended, or the file took more memory or time than allowed."""

    code = "image.decoder"


class HeadError(CxrError):
    """A model head cannot be used."""

    code = "head"


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

    code = "head.manifest"

    def __init__(self, head: str, problems: tuple[str, ...], *, other_contract: bool = False) -> None:
        super().__init__(msg("The model head '{head}' cannot be loaded: {problem}", head=head, problem=problems[0]))
        self.problems = problems
        self.other_contract = other_contract


class HeadRejectedError(HeadError):
    """A head failed a conformance check.

    Attributes
    ----------
    check : str
        Name of the check, for instance ``sha256`` or ``test_vector``.
    """

    code = "head.rejected"

    def __init__(self, user_message: str, *, check: str) -> None:
        super().__init__(user_message)
        self.check = check


class PackRejectedError(HeadError):
    """A pack was not installed; nothing of it is left on the disk.

    Attributes
    ----------
    check : str
        ``pack`` (the file or folder itself), ``clash`` (what is installed already), ``trust`` (the key), or the
        name of a conformance check.
    problems : tuple of str
        Every problem found.
    """

    code = "head.pack"

    def __init__(self, problems: tuple[str, ...], *, check: str) -> None:
        super().__init__(msg("The model head was not installed: {problem}", problem=problems[0]))
        self.check = check
        self.problems = problems


class ApprovalRejectedError(HeadError):
    """A Python head failed a check when it was to be approved; it does not run.

    Attributes
    ----------
    check : str
    problems : tuple of str
    """

    code = "head.approval"

    def __init__(self, problems: tuple[str, ...], *, check: str) -> None:
        super().__init__(msg("The program was not approved: {problem}", problem=problems[0]))
        self.check = check
        self.problems = problems


class KeyChangedError(PackRejectedError):
    """A pack is not signed with the key its id is known by.

    Attributes
    ----------
    head : str
        The id.
    known, found : str
        Fingerprints; `found` is empty for an unsigned pack.
    """

    code = "head.key-changed"

    def __init__(self, head: str, known: str, found: str) -> None:
        what = (
            msg(
                "{head} is known by the key {known}, but this pack is signed with {found}. It may be somebody else's.",
                head=head,
                known=known,
                found=found,
            )
            if found
            else msg(
                "{head} is known by the key {known}, but this pack is not signed. It may be somebody else's.",
                head=head,
                known=known,
            )
        )
        command = f"cxrviewer heads trust {head} --key {found}" if found else f"cxrviewer heads trust {head} --forget"
        how = msg("Only if its author has told you about the change: `{command}`.", command=command)
        super().__init__((what, how), check="trust")
        self.head = head
        self.known = known
        self.found = found


class ScoringError(HeadError):
    """The model process crashed, ran out of time or memory, or answered nonsense."""

    code = "head.scoring"


class IsolationError(CxrError):
    """A worker process gave no answer to a job; whoever asked puts it into the words of the job."""

    code = "worker"


class WorkerStartError(IsolationError):
    """The worker process could not be started."""

    code = "worker.start"


class WorkerDiedError(IsolationError):
    """The worker process ended during the job.

    Attributes
    ----------
    innocent : bool
        The job may have nothing to do with it: somebody else killed the process, or an earlier job may have damaged
        its memory.
    """

    code = "worker.died"

    def __init__(self, user_message: str, *, innocent: bool = False) -> None:
        super().__init__(user_message)
        self.innocent = innocent


class WorkerMemoryError(IsolationError):
    """The job needed more memory than allowed."""

    code = "worker.memory"


class WorkerTimeError(IsolationError):
    """The job took longer than allowed.

    Attributes
    ----------
    working : bool
        True: of processor time. False: nothing came back, as from a drive or network that hangs.
    """

    code = "worker.time"

    def __init__(self, user_message: str, *, working: bool) -> None:
        super().__init__(user_message)
        self.working = working


class WorkerAnswerError(IsolationError):
    """The worker's answer is not a valid value of the expected type."""

    code = "worker.answer"


class WorkerFaultError(IsolationError):
    """The job failed with an exception this program did not expect: a bug.

    Attributes
    ----------
    details : str
        Types and places, as for the log: no texts, no patient, no path.
    """

    code = "worker.fault"

    def __init__(self, user_message: str, *, details: str = "") -> None:
        super().__init__(user_message)
        self.details = details


class SettingsError(CxrError):
    """Settings could not be read or written."""

    code = "settings"


class LibraryError(CxrError):
    """The library's index or what the user noted in it could not be read or written."""

    code = "library"


class LibraryFullError(LibraryError):
    """The disk is full; what was written before is kept."""

    code = "library.full"


class LibraryBehindError(LibraryError):
    """What the user noted is kept, but the index could not be written and still shows what was noted before.

    Attributes
    ----------
    result : object
        What the change would have returned.
    """

    code = "library.behind"

    def __init__(self, cause: LibraryError, result: object = None) -> None:
        if isinstance(cause, LibraryFullError):
            words = msg(
                "This is kept, but the disk is full, so the list still shows what was there before. Free some space, "
                "then open the library again."
            )
        else:
            words = msg(
                "This is kept, but the list still shows what was there before: {reason}", reason=cause.user_message
            )
        super().__init__(words)
        self.result = result


class NewerLibraryError(LibraryError):
    """The library was written by a newer version of this program and is left unchanged."""

    code = "library.newer"


class HangingError(CxrError):
    """The file with hanging rules cannot be used.

    Attributes
    ----------
    problems : tuple of str
        Every problem found, each as ``where: what is wrong``.
    """

    code = "hanging"

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(msg("The hanging rules cannot be used: {problem}", problem=problems[0]))
        self.problems = problems


class JobCancelled(Exception):
    """Unwinds a worker whose result nobody wants. Never shown, never logged as an error."""
