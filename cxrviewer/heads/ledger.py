"""A small list the program keeps beside the heads: which key signs an id, which programs were approved."""

from __future__ import annotations

import json
from pathlib import Path

from cxrviewer.errors import HeadError
from cxrviewer.heads.atomic import write_bytes

_MAX_BYTES = 2**22
_SCHEMA = 1


class Ledger:
    """Text -> text in a JSON file, read anew at each question: several windows may be open.

    A list that cannot be read is never taken for an empty one: a lost list would trust every key.

    Parameters
    ----------
    file : Path
        Made at the first entry.
    name : str
        What the list is of, for the sentence about a damaged one.
    """

    def __init__(self, file: Path, name: str) -> None:
        self._file = file
        self._name = name

    def read(self) -> dict[str, str]:
        """Return all entries.

        Raises
        ------
        HeadError
            The file is damaged or cannot be read.
        """
        try:
            with self._file.open("rb") as stream:
                document = json.loads(stream.read(_MAX_BYTES + 1).decode("utf-8"))
            entries = document["entries"]
            if document["schema"] != _SCHEMA or not isinstance(entries, dict):
                raise ValueError("not a ledger")
            if not all(isinstance(value, str) for value in entries.values()):
                raise ValueError("not a ledger")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            sentence = f"The list of {self._name} ({self._file.name} in the heads folder) is damaged; move it away."
            raise HeadError(sentence) from error
        return dict(entries)

    def put(self, key: str, value: str) -> None:
        """Write an entry. Raises `HeadError`."""
        self._write(self.read() | {key: value})

    def remove(self, key: str) -> bool:
        """Remove an entry; return whether there was one. Raises `HeadError`."""
        entries = self.read()
        if key not in entries:
            return False
        del entries[key]
        self._write(entries)
        return True

    def _write(self, entries: dict[str, str]) -> None:
        document = {"schema": _SCHEMA, "entries": dict(sorted(entries.items()))}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._file, (json.dumps(document, indent=1) + "\n").encode())
        except OSError as error:
            raise HeadError(f"The list of {self._name} cannot be written; check the heads folder.") from error
