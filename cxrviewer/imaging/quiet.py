"""pydicom, told once to keep quiet.

pydicom reports every oddity of a header three ways: as a Python warning, as a log record,
and by validating values. A viewer reads odd headers all day: warnings would be noise on the
console (and failures where warnings are errors), log records would carry header values,
which are patient data, into our log. What matters to the user is said in
`Radiograph.notes` instead.
"""

from __future__ import annotations

import logging
import threading
import warnings

from pydicom import config

_IGNORED = r"pydicom(\.|$)"
_lock = threading.Lock()


def _is_quiet() -> bool:
    """Return whether our filter stands before every filter for all warnings."""
    for action, message, category, module, _ in warnings.filters:
        if module is not None and getattr(module, "pattern", module) == _IGNORED:
            return action == "ignore"
        if message is None and module is None and issubclass(UserWarning, category):
            return False
    return False


def quiet_pydicom() -> None:
    """Silence pydicom; cheap, and called at every entrance of `imaging`.

    `warnings.catch_warnings` is not thread safe: it swaps a global list, and two decode
    threads leaving it in the wrong order restore each other's. A filter that is added once
    and never removed has no such order. It is checked again at each call because a test
    runner (or an embedding program) may have reset the list since.
    """
    if _is_quiet():
        return
    with _lock:
        warnings.filterwarnings("ignore", category=UserWarning, module=_IGNORED)
        logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
        config.settings.reading_validation_mode = config.IGNORE
