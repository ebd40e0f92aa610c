"""Content encodings, undone piece by piece under a limit, so that a compression bomb costs no more than the limit."""

import zlib
from typing import Final, Protocol

IDENTITY: Final = frozenset({"", "identity", "none", "utf-8"})  # the last two are what portals write by mistake


class Decoder(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """Decode ``data`` to at most ``room`` + 1 bytes; ``ValueError`` if it is not what was declared."""
        ...


def decoder_for(encoding: str) -> Decoder | None:
    """The decoder for a ``Content-Encoding`` header; ``None`` for identity and for what is not known."""
    match encoding.strip().lower():
        case "gzip" | "x-gzip":
            return _Inflate(16 + zlib.MAX_WBITS)
        case "deflate":
            return _Inflate(zlib.MAX_WBITS)
        case _:
            return None


class _Inflate:
    def __init__(self, bits: int) -> None:
        self._engine = zlib.decompressobj(bits)
        self._bits = bits
        self._begun = False

    def feed(self, data: bytes, room: int) -> bytes:
        if self._engine.eof:
            return b""  # what stands behind the end of a stream is padding
        try:
            out = self._engine.decompress(data, room + 1)
        except zlib.error as error:
            if self._begun or self._bits != zlib.MAX_WBITS:
                raise ValueError(str(error)) from error
            # "deflate" without the zlib header, as old IIS sends it
            self._bits = -zlib.MAX_WBITS
            self._engine = zlib.decompressobj(self._bits)
            try:
                out = self._engine.decompress(data, room + 1)
            except zlib.error as inner:
                raise ValueError(str(inner)) from inner
        self._begun = True
        return out
