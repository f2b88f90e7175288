"""Scans a folder into an index and notes something of each study, in a process of its own.

python -m tests.builders.index_writer HOME FOLDER NOTE
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.builders.library import Library


def main(home: str, folder: str, note: str) -> None:
    library = Library(Path(home))
    state = library.scan_roots([library.index.add_root(Path(folder))])
    for study in library.studies():
        if study.description == note:
            library.index.change_mark(study.id, note=note)
    library.close()
    sys.stdout.write(f"{state.read}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
