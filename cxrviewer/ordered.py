"""Work on many items in threads, with the results in the order of the items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from cxrviewer.cancel import CancelToken

T = TypeVar("T")
R = TypeVar("R")


def run_in_order(
    work: Callable[[T], R],
    items: Iterable[T],
    on_result: Callable[[R], None],
    cancel: CancelToken,
    *,
    workers: int,
    thread_name: str,
) -> None:
    """Call `work` on `workers` threads and hand the results to `on_result`, on this thread, in the order of `items`.

    The queue stays short: 100,000 files must not become 100,000 futures. Whatever `work` or `on_result` raises,
    or a Ctrl-C, cancels `cancel` and is raised when the jobs going on have ended.
    """
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=thread_name)
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * workers:
                on_result(waiting.popleft().result())
        while waiting:
            on_result(waiting.popleft().result())
    except BaseException:
        cancel.cancel()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
