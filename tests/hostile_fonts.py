"""Hostile files with false fonts and maps, and with things beside the page to leave alone."""

from __future__ import annotations

import struct
from collections.abc import Callable

from dataengine.seeding import unit_rng
from tests.hostile_writer import (
    NO_TEXT,
    SAMPLE,
    Collection,
    Pdf,
    fill,
    one_page,
    readable,
    text_content,
    twice_deflated,
    with_text,
)

FONTS = Collection()
_hostile = FONTS.add


def _with_font(name: str, build: Callable[[Pdf], str]) -> bytes:
    pdf = Pdf()
    font = build(pdf)
    content = pdf.stream(text_content(name))
    return pdf.write(pdf.catalog([pdf.page(content, resources=f"/Font << /F1 {font} >>")]))


def _embedded(pdf: Pdf, subtype: str, key: str, data: bytes, entries: str = "") -> str:
    program = pdf.stream(data, entries)
    descriptor = (
        f"<< /Type /FontDescriptor /FontName /Broken /Flags 32 /FontBBox [0 -200 1000 900]"
        f" /Ascent 900 /Descent -200 /CapHeight 700 /ItalicAngle 0 /StemV 80"
        f" /{key} {program} 0 R >>"
    )
    return (
        f"<< /Type /Font /Subtype /{subtype} /BaseFont /Broken /FirstChar 32 /LastChar 33"
        f" /Widths [500 500] /Encoding /WinAnsiEncoding /FontDescriptor {descriptor} >>"
    )


@_hostile(None, "Helvetica in its place; widths of 0 make it drop doubled letters")
def font_truncated_truetype() -> bytes:
    """An sfnt directory whose nine tables begin where the file has already ended."""
    head = struct.pack(">IHHHH", 0x00010000, 9, 128, 3, 16)
    names = (b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"post")
    rows = (struct.pack(">4sIII", name, 0, 200 + i * 5000, 5000) for i, name in enumerate(names))
    data = head + b"".join(rows) + bytes(60)
    return _with_font(
        "font_truncated_truetype", lambda pdf: _embedded(pdf, "TrueType", "FontFile2", data)
    )


@_hostile(None, "Helvetica in its place; the text lacks doubled letters: enginer")
def font_random_cff() -> bytes:
    data = b"\x01\x00\x04\x02" + unit_rng(2, "font_random_cff", 0).bytes(8000)
    return _with_font(
        "font_random_cff",
        lambda pdf: _embedded(pdf, "Type1", "FontFile3", data, "/Subtype /Type1C"),
    )


@_hostile(None, "refused as a compression bomb, 173 MB; the text lacks doubled letters")
def font_of_200_mb() -> bytes:
    data, filters = twice_deflated(fill(b"\x00\x01\x00\x00"), 200)
    return _with_font(
        "font_of_200_mb", lambda pdf: _embedded(pdf, "TrueType", "FontFile2", data, filters)
    )


@_hostile(NO_TEXT, "exception stack overflow, raised")
def font_type3_calls_itself() -> bytes:
    def build(pdf: Pdf) -> str:
        font = pdf.reserve()
        glyph = pdf.stream(b"900 0 d0 BT /F1 1 Tf (a) Tj ET 0 0 500 500 re f")
        pdf.put(
            font,
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000]"
            " /FontMatrix [.001 0 0 .001 0 0]"
            f" /CharProcs << /a {glyph} 0 R >> /FirstChar 97 /LastChar 97 /Widths [900]"
            f" /Encoding << /Differences [97 /a] >>"
            f" /Resources << /Font << /F1 {font} 0 R >> >> >>",
        )
        return f"{font} 0 R"

    return _with_font("font_type3_calls_itself", build)


def _helvetica(extra: str) -> str:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {extra} >>"


@_hostile(None, "0.6 s; the picture is right and the text is garbage without U+FFFD")
def unicode_map_bomb() -> bytes:
    """A ToUnicode map with 100 million bytes of ranges."""

    def build(pdf: Pdf) -> str:
        data, filters = twice_deflated(fill(b"1 beginbfrange <00> <FF> <0041> endbfrange\n"), 100)
        return _helvetica(f"/ToUnicode {pdf.stream(data, filters)} 0 R")

    return _with_font("unicode_map_bomb", build)


@_hostile(None, "nearly every character is U+FFFD")
def unicode_map_uses_itself() -> bytes:
    def build(pdf: Pdf) -> str:
        cmap = pdf.reserve()
        pdf.stream(b"1 beginbfchar <41> <0041> endbfchar", f"/UseCMap {cmap} 0 R", cmap)
        return _helvetica(f"/ToUnicode {cmap} 0 R")

    return _with_font("unicode_map_uses_itself", build)


@_hostile(None, "the text is shifted by a letter, which only the language shows")
def unicode_map_is_a_lie() -> bytes:
    """Every letter is said to be the one after it: the picture and the text disagree."""

    def build(pdf: Pdf) -> str:
        rows = "\n".join(f"<{code:02X}> <{code + 1:04X}>" for code in range(97, 122))
        text = (
            "/CIDInit /ProcSet findresource begin begincmap /CMapName /Lie def /CMapType 2 def\n"
            f"1 begincodespacerange <00> <FF> endcodespacerange\n25 beginbfchar\n{rows}\n"
            "endbfchar endcmap end"
        )
        return _helvetica(f"/ToUnicode {pdf.stream(text.encode())} 0 R")

    return _with_font("unicode_map_is_a_lie", build)


@_hostile(SAMPLE, "the encoding is ignored, all text")
def encoding_refers_to_itself() -> bytes:
    def build(pdf: Pdf) -> str:
        encoding = pdf.reserve()
        entries = f"/BaseEncoding {encoding} 0 R /Differences {encoding} 0 R"
        pdf.put(encoding, f"<< /Type /Encoding {entries} >>")
        return _helvetica(f"/Encoding {encoding} 0 R")

    return _with_font("encoding_refers_to_itself", build)


@_hostile(None, "Helvetica in its place, all text")
def descendant_font_is_its_parent() -> bytes:
    def build(pdf: Pdf) -> str:
        font = pdf.reserve()
        entries = f"/Encoding /Identity-H /DescendantFonts [{font} 0 R]"
        pdf.put(font, f"<< /Type /Font /Subtype /Type0 /BaseFont /Loop {entries} >>")
        return f"{font} 0 R"

    return _with_font("descendant_font_is_its_parent", build)


@_hostile(SAMPLE, "reads; nothing is run")
def scripts_and_launches() -> bytes:
    script = "(app.alert\\(1\\); this.submitForm\\('http://localhost:9/'\\);)"
    actions = (
        f"/OpenAction << /S /JavaScript /JS {script} /Next << /S /Launch /F (/bin/false) >> >>"
        f" /AA << /WC << /S /JavaScript /JS {script} >> >>"
        f" /Names << /JavaScript << /Names [(run) << /S /JavaScript /JS {script} >>] >> >>"
    )
    on_page = "/AA << /O << /S /Launch /F (/bin/false) >> >>"
    return with_text("scripts_and_launches", actions, extra=on_page)


@_hostile(NO_TEXT, "the file is not read: an empty page")
def content_from_outside() -> bytes:
    """The content stream says that its data are in a file of the reader's machine."""
    return one_page(b"", "/F (/etc/passwd)")


@_hostile(SAMPLE, "reads; the attachment stays where it is")
def embedded_file() -> bytes:
    pdf = Pdf()
    held = pdf.stream(b"#!/bin/sh\nexit 1\n", "/Type /EmbeddedFile")
    names = (
        f"/Names << /EmbeddedFiles << /Names [(run.sh) << /Type /Filespec /F (../run.sh)"
        f" /EF << /F {held} 0 R >> >>] >> >>"
    )
    return with_text("embedded_file", names, pdf=pdf)


@_hostile(SAMPLE, "reads; the outline is touched only if asked for")
def outline_deep_and_cyclic() -> bytes:
    pdf = Pdf()
    items = [pdf.reserve() for _ in range(3000)]
    for item, below in zip(items, [*items[1:], items[0]], strict=True):
        links = f"/First {below} 0 R /Last {below} 0 R /Next {items[0]} 0 R"
        pdf.put(item, f"<< /Title (x) /Count 1 {links} >>")
    return with_text("outline", f"/Outlines {items[0]} 0 R /PageMode /UseOutlines", pdf=pdf)


@_hostile(SAMPLE, "reads; the tags are the pipeline's to walk", True, name="structure_tree_loop")
@_hostile(
    SAMPLE,
    "reads; 2^5000 paths for a walk that forgets where it has been",
    False,
    name="structure_tree_deep",
)
def structure_tree(loop: bool) -> bytes:
    """Tags that never end: a reader of the document's structure must count its steps."""
    pdf = Pdf()
    items = [pdf.reserve() for _ in range(3 if loop else 5000)]
    last = f"{items[0]} 0 R" if loop else "0"
    below = [*(f"{item} 0 R" for item in items[1:]), last]
    for item, kid in zip(items, below, strict=True):
        pdf.put(item, f"<< /Type /StructElem /S /Sect /K [{kid} {kid}] >>")
    root = pdf.add(f"<< /Type /StructTreeRoot /K {items[0]} 0 R >>")
    extra = f"/StructTreeRoot {root} 0 R /MarkInfo << /Marked true >>"
    return with_text(f"structure {loop}", extra, pdf=pdf)


@_hostile(None, "text is the lie; with TEXT_IGNORE_ACTUALTEXT the lie follows the truth")
def actual_text_is_a_lie() -> bytes:
    """Marked content that claims to read otherwise than it looks."""
    shown = text_content("actual_text_is_a_lie")
    return one_page(b"/Span << /ActualText (Nothing to see here.) >> BDC\n" + shown + b"EMC\n")


@_hostile(SAMPLE | NO_TEXT, "0.2 s, 93 MB, all text")
def annotations_by_the_thousand() -> bytes:
    box = "/Rect [50 50 60 60] /Contents (note)"
    many = f"<< /Type /Annot /Subtype /Text {box} >> " * 12_000
    return with_text("annotations", extra=f"/Annots [{many}]")


@_hostile(SAMPLE, "reads")
def names_with_nul() -> bytes:
    odd = "/A#00B << /Type#00 /Page#00 /N#00 (a\\000b) >>"
    return with_text("names_with_nul", odd, extra="/Odd#00Key /Value#00#ff#2f")


@_hostile(SAMPLE, "reads")
def info_not_text() -> bytes:
    pdf, root = readable("info_not_text")
    broken = "<feffd800d800dfff0000ffff>"
    info = pdf.add(f"<< /Title {broken} /Author {broken} /CreationDate (D:99999999999999Z) >>")
    return pdf.write(root, f"/Info {info} 0 R")
