"""Business identification numbers that cannot exist: their month is 13 … 99, their check digit is right."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scripts.kz_demo.chance import Numbers

_WEIGHTS = (np.arange(1, 12), np.array([*range(3, 12), 1, 2]))  # the second row counts where the first leaves 10
_MONTHS, _YEARS, _SERIALS = 87, 100, 100_000
_EVERY = _MONTHS * _YEARS * _SERIALS
_STRIDE = 618_033_989  # has no factor with _EVERY in common, so no number comes twice
_LEGAL_ENTITY = 40  # fifth digit 4: a legal entity, sixth digit 0: its head office


def bins(start: int, count: int) -> tuple[pa.Array, int]:
    """Return the next `count` numbers as texts, and where to go on after them; all of them are different."""
    parts: list[Numbers] = []
    found, at = 0, start
    while found < count:
        size = max(16, (count - found) + (count - found) // 50)
        if at + size > _EVERY:
            raise ValueError(f"there are not more than {_EVERY} numbers that cannot exist")
        digits = _candidates(np.arange(at, at + size, dtype=np.int64))
        check = _check_digits(digits)
        good = np.flatnonzero(check < 10)[: count - found]
        parts.append(digits[good] * 10 + check[good])
        found += len(good)
        at += int(good[-1]) + 1 if found == count else size
    texts = pa.array(np.concatenate(parts)).cast(pa.string()) if parts else pa.array([], pa.string())
    return pc.utf8_lpad(texts, 12, "0"), at


def _candidates(numbers: Numbers) -> Numbers:
    """Return the first eleven digits of each number: year, month, legal entity, serial."""
    scattered = numbers * _STRIDE % _EVERY
    block, serial = np.divmod(scattered, _SERIALS)
    year, month = np.divmod(block, _MONTHS)
    return ((year * 100 + month + 13) * 100 + _LEGAL_ENTITY) * _SERIALS + serial


def _check_digits(digits: Numbers) -> Numbers:
    """Return the twelfth digit, 10 where there is none."""
    columns = digits[:, None] // 10 ** np.arange(10, -1, -1, dtype=np.int64) % 10
    first, second = (columns @ weights % 11 for weights in _WEIGHTS)
    return np.where(first < 10, first, second)
