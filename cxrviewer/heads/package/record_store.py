"""A small list the program keeps beside the heads: which key signs an id, which programs were approved."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from cxrviewer.atomic import write_bytes
from cxrviewer.errors import HeadError
from cxrviewer.text import msg

_MAX_BYTES = 2**22
_SCHEMA = 1


class RecordStore:
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
        """Return all entries that can be read; one that cannot costs nobody the others.

        Raises
        ------
        HeadError
            The file is damaged or cannot be read.
        """
        return {key: value for key, value in self._entries().items() if isinstance(value, str)}

    def get(self, key: str) -> str:
        """Return one entry, empty where there is none.

        Raises
        ------
        HeadError
            As `read`; and where this entry is damaged, which is never taken for none.
        """
        value = self._entries().get(key, "")
        if not isinstance(value, str):
            raise self._damaged()
        return value

    def _entries(self) -> dict[str, object]:
        try:
            document = json.loads(_read(self._file).decode("utf-8"))
            entries = document["entries"]
            if document["schema"] != _SCHEMA or not isinstance(entries, dict):
                raise ValueError("not a ledger")
        except FileNotFoundError:
            return {}
        except Exception as error:  # whatever a damaged file makes the parser raise
            raise self._damaged() from error
        return dict(entries)

    def _damaged(self) -> HeadError:
        return HeadError(
            msg(
                "The list of {name} ({file} in the heads folder) is damaged; move it away.",
                name=self._name,
                file=self._file.name,
            )
        )

    def put(self, key: str, value: str) -> None:
        """Write an entry. Raises `HeadError`."""
        self.put_all({key: value})

    def put_all(self, entries: Mapping[str, str]) -> None:
        """Write several entries at once. Raises `HeadError`."""
        self._write(self._entries() | dict(entries))

    def remove(self, key: str) -> bool:
        """Remove an entry; return whether there was one. Raises `HeadError`."""
        entries = self._entries()
        if key not in entries:
            return False
        del entries[key]
        self._write(entries)
        return True

    def _write(self, entries: dict[str, object]) -> None:
        document = {"schema": _SCHEMA, "entries": dict(sorted(entries.items()))}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._file, (json.dumps(document, indent=1) + "\n").encode())
        except OSError as error:
            raise HeadError(
                msg("The list of {name} cannot be written; check the heads folder.", name=self._name)
            ) from error


def _read(file: Path) -> bytes:
    # NONBLOCK keeps a pipe from hanging us.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise ValueError("not a plain file")
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise ValueError("too large")
    return data
