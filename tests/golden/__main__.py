"""``make golden``: paint every scene, write candidates and a sheet; ``--accept`` stores what was looked at."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path


def paint() -> int:
    """Write candidates and the sheet; return how many pictures need a look."""
    from tests.golden import store
    from tests.golden.scenes import SCENES
    from tests.golden.stage import Stage, application, fixed_look

    store.clear_candidates()
    app = application()
    found = {}
    with fixed_look(), tempfile.TemporaryDirectory() as folder:
        for name, scene in SCENES.items():
            with Stage(Path(folder)) as stage:
                found[name] = store.write_candidate(name, scene(stage))
    for name, apart in found.items():
        if apart is None or not apart.acceptable:
            print(f"{name}: {apart or 'new'}")
    page = store.write_dialog(found)
    differing = sum(apart is None or not apart.acceptable for apart in found.values())
    print(f"{len(found)} pictures, {differing} new or different. Look at {page.relative_to(store.ROOT)}")
    if differing:
        print('Accept with: make golden ACCEPT=all (or ACCEPT="name name")')
    app.processEvents()
    return differing


def main() -> int:
    from tests.golden import store
    from tests.golden.scenes import SCENES

    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--accept", nargs="*", metavar="NAME", help="store candidates: names, or all")
    names = parser.parse_args().accept
    if not names:
        paint()
        return 0
    chosen = set(SCENES) if names == ["all"] else set(names)
    if unknown := chosen - set(SCENES):
        print(f"There is no scene {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    try:
        store.accept(chosen)
    except FileNotFoundError as error:
        print(f"Nothing was stored: {error}.", file=sys.stderr)
        return 2
    for stale in store.stored_names() - set(SCENES):
        (store.STORED / f"{stale}.png").unlink()
    return 0


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = "1"
    raise SystemExit(main())
