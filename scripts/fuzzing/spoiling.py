"""Strategies that spoil good inputs: most of a spoilt one is still good, so that it gets far into a parser."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.hostile import HOSTILE

# What parsers of numbers, texts, dates, marks of order and nested forms trip over.
TOKENS: tuple[bytes, ...] = (
    *(word.encode() for word in HOSTILE),
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\n",
        b"\r",
        b"\r\n",
        b"\t",
        b'"',
        b"'",
    ),
    *(b",", b";", b"/", b"//", b"..", b"%2e%2e%2f", b"%00", b"%", b"=", b"&", b"?", b"#", b"_", b"-", b"~", b":"),
    *(b"0", b"-0", b"-1", b"00", b"1e308", b"1e309", b"1E+05", b"NaN", b"Infinity", b"inf", b"9" * 40, b"9" * 5000),
    *(
        b"0.1",
        b"1_000",
        "٣".encode(),
        "−1".encode(),
        "1\u00a0000,5".encode(),
        b"true",
        b"null",
        b"[]",
        b"{}",
        b"[" * 200,
    ),
    *(b"2024", b"2024-13", b"2024-02-30", b"0000-00-00", b"9999-12-31", b"2024-01-01/..", b"../2024-01-01", b"W52"),
    *(
        b'{"type":"Polygon","coordinates":[]}',
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;",
        b"<x/>",
        b"[[a]]",
        b"a.b = 1\n",
    ),
)


@st.composite
def spoilt(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Draw one of the seeds with some edits: other bytes, a token more, a part less, twice or of another seed."""
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 24)))
        other = draw(
            st.one_of(
                st.sampled_from(TOKENS),
                st.binary(max_size=8),
                st.just(content[start:end] * 2),
                st.just(content[: end - start]),
                st.sampled_from(seeds).map(lambda seed, at=start: seed[at : at + 200]),  # type: ignore[misc]
            )
        )
        content = content[:start] + other + content[end:]
    return content


@st.composite
def spoilt_words(draw: st.DrawFn, seeds: Sequence[str]) -> str:
    """Draw an address or another text that was spoilt; bytes that are no letters stand in it as they came."""
    return draw(spoilt([seed.encode() for seed in seeds])).decode("utf-8", "surrogateescape")


@st.composite
def spoilt_archive(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Draw a zip, as a workbook is one, with one of its parts spoilt and packed again; or spoilt as it lies."""
    content = draw(st.sampled_from(seeds))
    if draw(st.integers(0, 4)) == 0:
        return draw(spoilt([content]))
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        chosen = draw(st.sampled_from(parts.namelist()))
        for name in parts.namelist():
            made.writestr(name, draw(spoilt([parts.read(name)])) if name == chosen else parts.read(name))
    return packed.getvalue()
