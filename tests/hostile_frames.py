"""Hostile files with a wrong frame: no PDF at all, locked, cut short, false pages or boxes."""

from __future__ import annotations

import hashlib
import struct
import zlib

from dataengine.seeding import unit_rng
from tests.hostile_writer import (
    BROKEN,
    NO_PAGES,
    NO_TEXT,
    NOT_A_PDF,
    SAMPLE,
    Collection,
    Pdf,
    one_page,
    prose,
    readable,
    text_content,
    with_text,
)

FRAMES = Collection()
_hostile = FRAMES.add


@_hostile(NOT_A_PDF, "exception when opened as a file; no bytes to open as a stream")
def empty() -> bytes:
    return b""


@_hostile(NOT_A_PDF, "exception: no objects found")
def random_bytes() -> bytes:
    return unit_rng(2, "random_bytes", 0).bytes(40_000)


@_hostile(NOT_A_PDF, "opens as a document of one page unless filetype='pdf' is given: sniffing")
def html_named_pdf() -> bytes:
    body = "".join(f"<p>{line}</p>" for line in prose("html"))
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


@_hostile(NOT_A_PDF, "as HTML: plain text is a document to a sniffing reader")
def text_named_pdf() -> bytes:
    return "\n".join(prose("text")).encode()


@_hostile(NOT_A_PDF, "as HTML: a picture is a document of one page to a sniffing reader")
def png_named_pdf() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + b"\xff" * 64) * 64)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@_hostile(NOT_A_PDF | NO_PAGES, "exception on opening")
def header_only() -> bytes:
    return b"%PDF-1.7\n"


@_hostile(NOT_A_PDF | NO_PAGES, "exception on opening")
def header_and_noise() -> bytes:
    return b"%PDF-1.7\n" + unit_rng(2, "header_and_noise", 0).bytes(40_000)


@_hostile(NOT_A_PDF | SAMPLE, "the header is 11 kB down: repaired, one page, all text")
def late_header() -> bytes:
    pdf, root = readable("late_header")
    return b"Received by post, see below.\n" * 400 + pdf.write(root)


_PASSWORD_PADDING = bytes.fromhex(
    "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a"
)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _rc4_rounds(key: bytes, data: bytes) -> bytes:
    for turn in range(20):
        data = _rc4(bytes(byte ^ turn for byte in key), data)
    return data


def _md5_rounds(data: bytes) -> bytes:
    for _ in range(51):
        data = hashlib.md5(data, usedforsecurity=False).digest()
    return data


@_hostile(
    frozenset({"encrypted"}),
    "needs_pass, yet page_count is 1",
    b"let me in",
    name="encrypted_user_password",
)
@_hostile(
    SAMPLE, "reads as if nothing were: needs_pass is false", b"", name="encrypted_empty_password"
)
def encrypted(user_password: bytes) -> bytes:
    """Encrypt by the standard handler, revision 3: its RC4 has no random part, unlike AES."""
    pdf, root = readable(f"encrypted {len(user_password)}")
    user = (user_password + _PASSWORD_PADDING)[:32]
    owner = _rc4_rounds(_md5_rounds((b"owner" + _PASSWORD_PADDING)[:32]), user)
    file_id = bytes(range(16))
    permissions = struct.pack("<i", -44)
    key = _md5_rounds(user + owner + permissions + file_id)
    padded_id = hashlib.md5(_PASSWORD_PADDING + file_id, usedforsecurity=False).digest()
    check = _rc4_rounds(key, padded_id) + bytes(16)
    for number, body in pdf.objects.items():
        head, mark, rest = body.partition(b">>\nstream\n")
        if mark:
            salted = key + number.to_bytes(3, "little") + b"\x00\x00"
            object_key = hashlib.md5(salted, usedforsecurity=False).digest()
            secret = _rc4(object_key, rest.removesuffix(b"\nendstream"))
            pdf.objects[number] = head + mark + secret + b"\nendstream"
    return pdf.write(
        root,
        f"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{owner.hex()}>"
        f" /U <{check.hex()}> >> /ID [<{file_id.hex()}> <{file_id.hex()}>]",
    )


@_hostile(frozenset({"encrypted", "broken-file"}), "exception on opening")
def encrypted_unknown_handler() -> bytes:
    pdf, root = readable("encrypted_unknown_handler")
    return pdf.write(root, "/Encrypt << /Filter /NoSuchHandler /V 9 >>")


def packed(name: str) -> bytes:
    """Return a document of three pages whose objects and references lie in streams (PDF 1.5)."""
    source, root = readable(name, num_pages=3)
    kept = {number: body for number, body in source.objects.items() if b"stream" in body}
    inside = {number: body for number, body in source.objects.items() if number not in kept}
    index, joined = [], b""
    for number, body in inside.items():
        index.append(f"{number} {len(joined)}")
        joined += body + b"\n"
    head = " ".join(index).encode() + b"\n"
    holder, references = max(source.objects) + 1, max(source.objects) + 2
    data = zlib.compress(head + joined)
    kept[holder] = (
        b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>"
        b"\nstream\n%b\nendstream" % (len(inside), len(head), len(data), data)
    )
    out = bytearray(b"%PDF-1.5\n")
    rows = {0: (0, 0, 65535)}
    for number, body in sorted(kept.items()):
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    for position, number in enumerate(inside):
        rows[number] = (2, holder, position)
    rows[references] = (1, len(out), 0)
    table = zlib.compress(b"".join(struct.pack(">BIH", *rows[n]) for n in range(references + 1)))
    start = len(out)
    out += b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root %d 0 R" % (
        references,
        references + 1,
        root,
    )
    out += b" /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        len(table),
        table,
    )
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


@_hostile(SAMPLE, "reads, three pages", 100, name="packed_whole")
@_hostile(SAMPLE, "repaired, three pages", 99, name="packed_truncated_99")
@_hostile(NO_PAGES, "opens as repaired with 0 pages, no exception", 90, name="packed_truncated_90")
@_hostile(NO_PAGES, "opens as repaired with 0 pages, no exception", 50, name="packed_truncated_50")
def packed_truncated(percent: int) -> bytes:
    whole = packed("packed_truncated")
    return whole[: len(whole) * percent // 100]


@_hostile(SAMPLE, "repaired, three pages", 99, name="truncated_99")
@_hostile(
    SAMPLE | BROKEN | NO_TEXT,
    "repaired, claims three pages, the last one is broken",
    90,
    name="truncated_90",
)
@_hostile(
    SAMPLE | BROKEN | NO_TEXT,
    "repaired, claims three pages, only the first is whole",
    50,
    name="truncated_50",
)
def truncated(percent: int) -> bytes:
    """Cut a document whose catalog and page tree come first, as most writers put them."""
    pdf = Pdf()
    root, tree = pdf.reserve(), pdf.reserve()
    pages = [pdf.page(pdf.stream(text_content(f"truncated {percent} {n}"))) for n in range(3)]
    kids = " ".join(f"{page} 0 R" for page in pages)
    pdf.put(root, f"<< /Type /Catalog /Pages {tree} 0 R >>")
    pdf.put(tree, f"<< /Type /Pages /Kids [{kids}] /Count 3 >>")
    whole = pdf.write(root)
    return whole[: len(whole) * percent // 100]


@_hostile(SAMPLE, "repaired, all text")
def xref_offsets_wrong() -> bytes:
    pdf, root = readable("xref_offsets_wrong")
    return pdf.write(root).replace(b"%PDF-1.7\n", b"%PDF-1.7\n" + b"% shifted\n" * 9)


@_hostile(SAMPLE, "repaired, all text")
def xref_missing() -> bytes:
    pdf, root = readable("xref_missing")
    whole = pdf.write(root)
    return whole[: whole.index(b"xref\n0 ")] + b"trailer << /Root %d 0 R >>\n" % root


@_hostile(SAMPLE, "reads; warning about recursion")
def xref_loop() -> bytes:
    pdf, root = readable("xref_loop")
    at = pdf.write(root, "/Prev 0000000").index(b"xref\n0 ")
    return pdf.write(root, f"/Prev {at:07d}")


@_hostile(SAMPLE, "repaired, all text")
def startxref_beyond_end() -> bytes:
    pdf, root = readable("startxref_beyond_end")
    whole = pdf.write(root)
    return whole[: whole.rindex(b"startxref")] + b"startxref\n99999999999999999999\n%%EOF\n"


@_hostile(SAMPLE, "reads; the two streams are never asked for")
def object_stream_loop() -> bytes:
    """Two object streams that extend, and claim to hold, each other."""
    pdf, root = readable("object_stream_loop")
    first, second = pdf.reserve(), pdf.reserve()
    for number, other in ((first, second), (second, first)):
        entries = f"/Type /ObjStm /N 1 /First 5 /Extends {other} 0 R"
        pdf.stream(b"%d 0 \n<< /Type /Catalog >>" % other, entries, number)
    return pdf.write(root, f"/Info {first} 0 R")


@_hostile(SAMPLE, "reads to endstream with a warning")
def length_loop() -> bytes:
    """The length of the content stream is a reference to the stream itself."""
    pdf = Pdf()
    content = pdf.reserve()
    body = b"<< /Length %d 0 R >>\nstream\n" % content + text_content("length_loop")
    pdf.put(content, body + b"\nendstream")
    return pdf.write(pdf.catalog([pdf.page(content)]))


@_hostile(NO_PAGES, "opens with 0 pages, no exception")
def zero_pages() -> bytes:
    pdf = Pdf()
    return pdf.write(pdf.catalog([]))


@_hostile(NO_PAGES, "opens with 0 pages, no exception")
def no_page_tree() -> bytes:
    pdf = Pdf()
    return pdf.write(pdf.add("<< /Type /Catalog >>"))


@_hostile(
    frozenset({"too-many-units"}),
    "page_count is 1,000,000,000; loading any page fails in calloc of 8 GB",
    "1000000000",
    name="count_a_billion",
)
@_hostile(NO_PAGES | SAMPLE, "page_count raises", "-5", name="count_negative")
@_hostile(NO_PAGES | SAMPLE, "opens with 0 pages", "(many)", name="count_no_number")
def count_lies(count: str) -> bytes:
    pdf = Pdf()
    page = pdf.page(pdf.stream(text_content(f"count {count}")))
    return pdf.write(pdf.catalog([page], count=count))


@_hostile(NO_PAGES | BROKEN, "page_count is 1, loading it raises: cycle in page tree")
def page_tree_loop() -> bytes:
    pdf = Pdf()
    tree, branch = pdf.reserve(), pdf.reserve()
    pdf.put(tree, f"<< /Type /Pages /Kids [{branch} 0 R] /Count 1 >>")
    pdf.put(branch, f"<< /Type /Pages /Parent {tree} 0 R /Kids [{tree} 0 R] /Count 1 >>")
    return pdf.write(pdf.add(f"<< /Type /Catalog /Pages {tree} 0 R >>"))


@_hostile(SAMPLE, "reads")
def page_tree_deep() -> bytes:
    """A page five thousand branches down."""
    pdf = Pdf()
    node = pdf.page(pdf.stream(text_content("page_tree_deep")))
    for _ in range(5000):
        node = pdf.add(f"<< /Type /Pages /Kids [{node} 0 R] /Count 1 >>")
    return pdf.write(pdf.add(f"<< /Type /Catalog /Pages {node} 0 R >>"))


@_hostile(NO_PAGES | BROKEN | NO_TEXT, "an empty Letter page with warnings")
def page_is_a_font() -> bytes:
    pdf = Pdf()
    return pdf.write(pdf.catalog([pdf.add("<< /Type /Font /Subtype /Type1 >>")]))


@_hostile(BROKEN, "page_count is 1, loading it raises: cycle in resources")
def parent_loop() -> bytes:
    """The page inherits its box and resources from a parent that is its own parent."""
    pdf = Pdf()
    content = pdf.stream(text_content("parent_loop"))
    parent = pdf.reserve()
    pdf.put(parent, f"<< /Type /Pages /Parent {parent} 0 R >>")
    page = pdf.add(f"<< /Type /Page /Parent {parent} 0 R /Contents {content} 0 R >>")
    return pdf.write(pdf.catalog([page]))


@_hostile(
    SAMPLE,
    "reads when scaled to fit; at 200 dpi it would be 40,000 px wide",
    14_400,
    name="box_14400",
)
@_hostile(frozenset({"page-box"}), "reads when scaled to fit", 1_000_000, name="box_million")
@_hostile(frozenset({"page-box"}), "reads when scaled to fit", 1_000_000_000, name="box_billion")
def box_large(side: int) -> bytes:
    content = text_content(f"box {side}", scale=side / 842)
    return one_page(content, box=f"[0 0 {side} {side}]")


@_hostile(SAMPLE, "falls back to Letter, all text", "[0 0 0 0]", name="box_zero_area")
@_hostile(SAMPLE, "falls back to Letter, all text", "[100 100 100 842]", name="box_zero_width")
@_hostile(SAMPLE, "corners are put in order, all text", "[595 842 0 0]", name="box_corners_swapped")
@_hostile(SAMPLE, "falls back to Letter, all text", "[0 0 nan inf]", name="box_not_numbers")
@_hostile(SAMPLE, "falls back to Letter, all text", "[0 0 1e999 -1e999]", name="box_overflow")
@_hostile(SAMPLE, "falls back to Letter, all text", "[0 0 595]", name="box_of_three")
@_hostile(SAMPLE, "falls back to Letter, all text", "(A4)", name="box_is_text")
@_hostile(
    frozenset({"page-box"}),
    "4 billion points wide; letters coincide and doubled ones are dropped",
    "[-2147483648 -2147483648 2147483647 2147483647]",
    name="box_int_limits",
)
@_hostile(
    NO_TEXT, "a picture of 1024 x 1 px, no text inside it", "[0 0 14400 1]", name="box_a_hair"
)
@_hostile(
    NO_TEXT,
    "widened to a box of 1 x 1 pt, no text inside it",
    "[0 0 0.0001 0.0001]",
    name="box_a_speck",
)
def box_odd(box: str) -> bytes:
    return with_text(f"box {box}", box=box)


@_hostile(frozenset({"page-box"}), "63 million points high, reads when scaled to fit")
def user_unit_75000() -> bytes:
    return with_text("user_unit_75000", extra="/UserUnit 75000")


@_hostile(NO_TEXT, "falls back to Letter but shows nothing")
def crop_box_elsewhere() -> bytes:
    return with_text("crop_box_elsewhere", extra="/CropBox [5000 5000 6000 6000]")
