"""Very many things that stay, such as an opened run: the garbage collector is kept away from them.

They are no garbage, and walking through a million of them holds every thread of the process for a fifth of a second
(docs/performance.md).  What is no longer used goes all the same, by its count of references.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def settle() -> None:
    """Whatever there is now stays: the collector never walks through it again."""
    gc.freeze()


@contextmanager
def settling() -> Iterator[None]:
    """What is made inside stays: the collector does not walk through it while it grows either."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        settle()
