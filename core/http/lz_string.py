"""Decompresses lz-string, which old browser SDKs send."""

from collections.abc import Iterator

_END = 2
_LITERAL_BITS = (8, 16)
# The bits of a byte come with the most significant one first, those of a symbol with the least.
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
# As many bytes as a symbol can lie in.
_WINDOW = 4


class BadPacking(ValueError):
    """The bytes are none that lz-string makes, or not all of them."""


class TooMuchPacked(ValueError):
    """More is packed than may be unpacked."""


def unpack(packed: bytes, *, max_units: int) -> str:
    """Return what is packed, in UTF-16 units as JavaScript has them: halves of pairs stand alone.

    The time grows with the bytes and with the units, whatever is in them.

    :raises BadPacking: when there is nothing, or not all of it.
    :raises TooMuchPacked: when there are more units than `max_units`.
    """
    entries, parts, last, left = ["", "", ""], [], "", max_units
    for symbol in _symbols(packed):
        if isinstance(symbol, str):
            entry = symbol
            entries.append(entry)
        elif symbol < len(entries):
            entry = entries[symbol]
        elif last and symbol == len(entries):
            entry = last + last[0]
        else:
            raise BadPacking
        left -= len(entry)
        if left < 0:
            raise TooMuchPacked
        parts.append(entry)
        if last:
            entries.append(last + entry[0])
        last = entry
    return "".join(parts)


def _symbols(packed: bytes) -> Iterator[int | str]:
    """Yield characters that are new, and the numbers of entries for all others."""
    bits, end = packed.translate(_MIRRORED) + bytes(_WINDOW), 8 * len(packed)
    # Every symbol adds an entry, and a new character is one itself; the first one adds no other.
    entries, at = _END, 0
    while at < end:
        width = entries.bit_length()
        symbol = _number(bits, at, width)
        at += width
        if symbol == _END:
            return
        if symbol < _END:
            width = _LITERAL_BITS[symbol]
            yield chr(_number(bits, at, width))
            at += width
            entries += 1
        else:
            yield symbol
        entries += 1
    raise BadPacking


def _number(bits: bytes, at: int, width: int) -> int:
    first = at >> 3
    window = int.from_bytes(bits[first : first + _WINDOW], "little")
    return window >> (at & 7) & ((1 << width) - 1)
