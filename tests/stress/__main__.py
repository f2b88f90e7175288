"""``python -m tests.stress``: see the package."""

from __future__ import annotations

import argparse
import sys


def main() -> int:
    """Return 0 where nothing was found, 1 where something was."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress", description=__doc__)
    parser.add_argument("what", choices=("edits", "kills"))
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--window", action="store_true", help="kills: of the whole window, some seconds each")
    parser.add_argument(
        "--begin", type=int, default=0, help="of windows: N of the fault's 'SEED N SITTING', to see it again"
    )
    parser.add_argument("--allowed", type=float, default=1.0, help="of windows: seconds of work that a kill may cost")
    given = parser.parse_args()
    if given.what == "edits":
        from tests.stress.edits import main as run
    elif given.window:
        from tests.stress.window_kills import main as run_windows

        return run_windows(given.count, given.seed, given.begin, given.allowed)
    else:
        from tests.stress.kills import main as run
    return run(given.count, given.seed)


if __name__ == "__main__":
    sys.exit(main())
