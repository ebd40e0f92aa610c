"""Standard output of the commands that answer with a text or a document."""

import sys

from chengjian.cli.manners import UserError


def answer(body: str | bytes) -> None:
    """Write UTF-8 to standard output and flush it.  ``UserError`` where it cannot be written (a full disk)."""
    try:
        sys.stdout.buffer.write(body.encode() if isinstance(body, str) else body)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(f"写不了标准输出：{error.strerror or error}") from None
