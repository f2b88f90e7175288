"""Third-party parsers raise anything on damaged input: one place turns it into one typed error."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from cxrviewer.errors import CxrError, ImageError


@contextlib.contextmanager
def guarded(failure: Callable[[], ImageError]) -> Iterator[None]:
    """Raise ``failure()`` in place of every exception that is not meant for the user or the caller.

    A list of exception types is always too short: struct, zlib, Pillow, pydicom and numpy raise
    about twenty, and one that was forgotten ends the scan of a folder. What passes unchanged:
    `CxrError`, and an `OSError` of the system, which `sniff.opened` puts into words.
    """
    try:
        yield
    except CxrError:
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise failure() from error
    except Exception as error:
        raise failure() from error
