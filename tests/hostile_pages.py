"""Hostile files whose pages cost too much to draw: operators, forms, patterns and pictures."""

from __future__ import annotations

import zlib

from dataengine.seeding import unit_rng
from tests.hostile_writer import (
    BROKEN,
    HELVETICA,
    KILLED,
    NO_TEXT,
    SAMPLE,
    Collection,
    Pdf,
    fill,
    one_page,
    text_content,
    twice_deflated,
)

CUT = frozenset({"cut-text"})

PAGES = Collection()
_hostile = PAGES.add


@_hostile(KILLED | NO_TEXT, "15 s, 51 MB, then an empty page", 1, name="content_bomb_1_gb")
@_hostile(KILLED | NO_TEXT, "hangs: killed after 20 s", 20, name="content_bomb_20_gb")
def content_bomb(gigabytes: int) -> bytes:
    data, filters = twice_deflated(fill(b"q 1 0 0 1 0 0 cm Q\n"), 1024 * gigabytes)
    return one_page(data, filters)


@_hostile(KILLED | frozenset({"too-large", "broken-page"}), "5 s, 1.3 GB, 10.8 million characters")
def ten_million_characters() -> bytes:
    line = b"BT /F1 4 Tf 1 0 0 1 9 99 Tm (The quick engine reads the letters in the line.) Tj ET\n"
    data, filters = twice_deflated(fill(line), 18)
    return one_page(data, filters)


@_hostile(NO_TEXT, "exception: too many nested graphics states", b"q ", 10, name="nested_saves")
@_hostile(NO_TEXT, "exception stack overflow, raised", b"[", 1, name="nested_arrays")
@_hostile(NO_TEXT, "exception stack overflow, raised", b"<</A ", 1, name="nested_dictionaries")
@_hostile(NO_TEXT, "an empty page at once", b"BT ", 4, name="nested_text_objects")
@_hostile(
    KILLED | NO_TEXT,
    "SIGSEGV when text is extracted: the process dies",
    b"/Span <</ActualText (x)>> BDC ",
    4,
    name="nested_marks",
)
@_hostile(
    KILLED | NO_TEXT, "0.2 s, 109 MB, an empty page", b"0 0 9 9 re W n ", 4, name="nested_clips"
)
def nested(token: bytes, megabytes: int) -> bytes:
    data, filters = twice_deflated(fill(token), megabytes)
    return one_page(data, filters)


@_hostile(KILLED | BROKEN | NO_TEXT, "8 s, 2.5 GB, then realloc of 4.8 GB fails")
def three_million_curves() -> bytes:
    """One path of curves that cross the whole page, filled by the even-odd rule."""
    rng = unit_rng(2, "three_million_curves", 0)
    points = rng.integers(0, 800, size=(2000, 6)).tolist()
    curves = b"".join(b"%d %d %d %d %d %d c\n" % tuple(row) for row in points)
    data, filters = twice_deflated(curves, 1500)
    pdf = Pdf()
    start = pdf.stream(b"0 0 m ")
    body = pdf.stream(data, filters)
    end = pdf.stream(b" f* ")
    page = pdf.add(
        f"<< /Type /Page /MediaBox [0 0 595 842] /Resources << /Font << /F1 {HELVETICA} >> >>"
        f" /Contents [{start} 0 R {body} 0 R {end} 0 R] >>"
    )
    return pdf.write(pdf.catalog([page]))


@_hostile(NO_TEXT, "0.1 s, no text")
def dashes_without_end() -> bytes:
    return one_page(b"[0.0001 0.0001] 0 d 9 w 0 0 m 595 842 l S\n" * 50)


@_hostile(NO_TEXT, "gives the page up after 100 syntax errors, so its text is lost")
def coordinates_without_end() -> bytes:
    far = b"1e38 -1e38 m -99999999999999999999 99999999999999999999 l 1e30 w S\n"
    return one_page(far * 200 + text_content("coordinates_without_end"))


_LEDGER = "0 1 -1 0 842 0 cm", "[-50 -50 999 999]", "/Rotate 90 /CropBox [0 0 842 595]"


@_hostile(CUT, "text ends at the edge in mid-word", "", "[0 0 595 842]", "", name="off_the_paper")
@_hostile(CUT, "the same", *_LEDGER, name="off_the_cropped_and_turned_paper")
@_hostile(CUT, "the same", "56 0 520 842 re W n", "[0 0 595 842]", "", name="out_of_the_clip")
def lines_break_off(before: str, box: str, extra: str) -> bytes:
    """Prose with one line that the picture breaks off, though the file holds the rest of it."""
    line = "(A long sentence that was set far too wide for the paper it has to stand on.) Tj"
    text = text_content("lines_break_off", lines=12) + f"BT /F1 12 Tf 230 520 Td {line} ET".encode()
    return one_page(before.encode() + b"\n" + text, box=box, extra=extra)


def _form(
    pdf: Pdf, content: bytes, resources: str, number: int | None = None, more: str = ""
) -> int:
    entries = f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] {more}"
    return pdf.stream(content, f"{entries} /Resources << {resources} >>", number)


@_hostile(SAMPLE, "the inner call is ignored, all text")
def form_calls_itself() -> bytes:
    pdf = Pdf()
    form = pdf.reserve()
    _form(pdf, b"/X Do", f"/XObject << /X {form} 0 R >>", form)
    content = text_content("form_calls_itself") + b"/X Do"
    return pdf.write(pdf.catalog([_page_with(pdf, content, f"/XObject << /X {form} 0 R >>")]))


def _page_with(pdf: Pdf, content: bytes, resources: str) -> int:
    return pdf.page(pdf.stream(content), resources=resources)


@_hostile(KILLED | NO_TEXT, "hangs: killed after 20 s")
def form_fan_out() -> bytes:
    """Ten levels of forms, each of which calls the next ten times: 10^10 small squares."""
    pdf = Pdf()
    form = _form(pdf, b"0 0 1 1 re f", "")
    for _ in range(9):
        form = _form(pdf, b"/X Do " * 10, f"/XObject << /X {form} 0 R >>")
    resources = f"/XObject << /X {form} 0 R >>"
    return pdf.write(pdf.catalog([_page_with(pdf, b"/X Do " * 10, resources)]))


@_hostile(NO_TEXT | KILLED, "exception stack overflow, raised")
def transparency_groups_nested() -> bytes:
    pdf = Pdf()
    group = "/Group << /S /Transparency /I true /K true >>"
    form = _form(pdf, b"0.5 g 0 0 595 842 re f", "", more=group)
    for _ in range(400):
        state = f"/ExtGState << /G << /ca 0.9 /BM /Luminosity >> >> /XObject << /X {form} 0 R >>"
        form = _form(pdf, b"/G gs /X Do", state, more=group)
    return pdf.write(pdf.catalog([_page_with(pdf, b"/X Do", f"/XObject << /X {form} 0 R >>")]))


@_hostile(None, "all text; the mask is dropped")
def soft_mask_calls_itself() -> bytes:
    pdf = Pdf()
    form = pdf.reserve()
    mask = f"/ExtGState << /G << /SMask << /S /Luminosity /G {form} 0 R >> >> >>"
    _form(pdf, b"/G gs 0 0 9 9 re f", mask, form, "/Group << /S /Transparency >>")
    content = b"/G gs " + text_content("soft_mask_calls_itself")
    return pdf.write(pdf.catalog([_page_with(pdf, content, mask)]))


@_hostile(KILLED | NO_TEXT, "hangs in the rasteriser: killed after 20 s")
def tiling_with_tiny_steps() -> bytes:
    """A tile as large as the page, repeated every tenth of a point: 50 million full pages."""
    pdf = Pdf()
    tile = pdf.stream(
        b"0 0 595 842 re f 1 0 0 rg 0 0 300 300 re f",
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 595 842] /XStep 0.1 /YStep 0.1"
        " /Resources << >>",
    )
    content = b"/Pattern cs /P scn 0 0 595 842 re f"
    return pdf.write(pdf.catalog([_page_with(pdf, content, f"/Pattern << /P {tile} 0 R >>")]))


@_hostile(SAMPLE | BROKEN | KILLED, "exception stack overflow, raised")
def pattern_calls_itself() -> bytes:
    pdf = Pdf()
    tile = pdf.reserve()
    pdf.stream(
        b"/Pattern cs /P scn 0 0 9 9 re f",
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9"
        f" /Resources << /Pattern << /P {tile} 0 R >> >>",
        tile,
    )
    content = text_content("pattern_calls_itself") + b"/Pattern cs /P scn 0 0 99 9 re f"
    return pdf.write(pdf.catalog([_page_with(pdf, content, f"/Pattern << /P {tile} 0 R >>")]))


@_hostile(KILLED | NO_TEXT, "16 s, 15 of them before the first pixel")
def shading_by_slow_function() -> bytes:
    """A colour that takes 800,000 PostScript operators for each point, shown 300 times."""
    pdf = Pdf()
    body = b"{ " + b"exch sin exch cos " * 200_000 + b"0.5 }"
    function = pdf.stream(
        zlib.compress(body, 9),
        "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] /Filter /FlateDecode",
    )
    shading = (
        "/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Matrix [595 0 0 842 0 0]"
        f" /Function {function} 0 R >> >>"
    )
    return pdf.write(pdf.catalog([_page_with(pdf, b"/S sh " * 300, shading)]))


def _picture(width: int, height: int, bits: int, space: str, data: bytes, filters: str) -> bytes:
    pdf = Pdf()
    image = pdf.stream(
        data,
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height}"
        f" /BitsPerComponent {bits} /ColorSpace /{space} {filters}",
    )
    content = b"q 595 0 0 842 0 0 cm /X Do Q"
    return pdf.write(pdf.catalog([_page_with(pdf, content, f"/XObject << /X {image} 0 R >>")]))


@_hostile(KILLED | NO_TEXT, "3.3 s, 66 MB: read in bands, no text")
def picture_30000_rgb() -> bytes:
    data, filters = twice_deflated(b"\x7f\xff\x00" * 30_000 * 10, 3000)
    return _picture(30_000, 30_000, 8, "DeviceRGB", data, filters)


@_hostile(KILLED | NO_TEXT, "2.3 s, 57 MB: read in bands, no text")
def picture_60000_bilevel() -> bytes:
    data, filters = twice_deflated(b"\xaa" * 7500 * 100, 600)
    return _picture(60_000, 60_000, 1, "DeviceGray", data, filters)


@_hostile(KILLED | NO_TEXT, "malloc of 384 GB fails, raised at the pixmap")
def picture_two_billion() -> bytes:
    data, filters = twice_deflated(b"\xaa" * 7500 * 100, 10)
    return _picture(2_000_000_000, 2_000_000_000, 8, "DeviceRGB", data, filters)
