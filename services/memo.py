"""Answers that never change, worked out once in this process and kept while there is room for them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLongError
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memo(Generic[Key, Value]):
    """A bounded memory of what a key comes to: the least lately asked for goes first.

    Who asks while it is worked out waits for the same answer.  A failure is told to all who wait, and not kept.
    """

    def __init__(
        self, most: int, weight: Callable[[Value], int] = lambda _value: 1, pool: ThreadPoolExecutor | None = None
    ) -> None:
        self._most = most
        self._weight = weight
        self._pool = pool
        self._lock = Lock()
        self._kept: OrderedDict[Key, Future[Value]] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The answer; worked out here and now where nobody did."""
        future, is_new = self._future(key)
        if is_new:
            self._work(key, future, make)
        return future.result()

    def soon(self, key: Key, make: Callable[[], Value], wait: float) -> Value | None:
        """The answer where there is one within ``wait`` seconds, else None: it is worked out in the background."""
        if self._pool is None:
            raise ValueError("no pool")
        future, is_new = self._future(key)
        if is_new:
            self._pool.submit(self._work, key, future, make)
        try:
            return future.result(wait)
        except TookTooLongError:
            return None

    def put(self, key: Key, value: Value) -> None:
        """Keep an answer that somebody has already."""
        self.get(key, lambda: value)

    def _future(self, key: Key) -> tuple[Future[Value], bool]:
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known, False
            future: Future[Value] = Future()
            self._kept[key] = future
            return future, True

    def _work(self, key: Key, future: Future[Value], make: Callable[[], Value]) -> None:
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            future.set_exception(error)
            return
        future.set_result(value)
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            done = {key: one for key, one in self._kept.items() if one.done() and one.exception() is None}
            room = sum(self._weight(one.result()) for one in done.values())
            for key in list(done)[:-1]:
                if room <= self._most:
                    return
                room -= self._weight(done[key].result())
                del self._kept[key]
