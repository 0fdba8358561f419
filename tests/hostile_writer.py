"""The smallest PDF writer that can write wrong files, and what all hostile files are made with.

It numbers objects and writes the table that finds them; it checks nothing. Text is plain English
that differs from file to file, and bombs are built in their compressed form.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dataengine.seeding import unit_rng

SAMPLE = frozenset({"sample"})
NOT_A_PDF = frozenset({"not-a-pdf"})
NO_PAGES = frozenset({"no-pages", "broken-file"})
BROKEN = frozenset({"broken-page", "broken-file"})
# Illegible or empty: the pipeline may find several true things to say about such a page.
NO_TEXT = frozenset({"blank", "no-text-layer", "few-chars", "page-box", "broken-page"})
# Ends by the deadline or the memory limit, whichever is the lower in the job.
KILLED = frozenset({"timeout", "memory", "crash"})
ONE_MB = 1 << 20
HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


@dataclass(frozen=True, slots=True)
class HostileFile:
    """One attack: a file name without extension, its bytes, and what may come of it.

    `expect` holds the outcomes that are right; None says only that the job must go on.
    """

    name: str
    make: Callable[[], bytes]
    expect: frozenset[str] | None
    note: str


class Collection(list[HostileFile]):
    """Hostile files in the order in which a module defines their makers."""

    def add(
        self, expect: frozenset[str] | None, note: str, *arguments: object, name: str = ""
    ) -> Callable[[Callable[..., bytes]], Callable[..., bytes]]:
        """Register the decorated maker; several, with arguments and names, make variants."""

        def register(make: Callable[..., bytes]) -> Callable[..., bytes]:
            bound = functools.partial(make, *arguments)
            self.append(HostileFile(name or make.__name__, bound, expect, note))
            return make

        return register


class Pdf:
    """Numbered objects and the cross-reference table that finds them; nothing is checked."""

    def __init__(self) -> None:
        self.objects: dict[int, bytes] = {}
        self._next = 1

    def reserve(self) -> int:
        """Return a number for an object that is put later, so that loops can be written."""
        self._next += 1
        return self._next - 1

    def put(self, number: int, body: str | bytes) -> int:
        """Store the body of an object under a reserved number."""
        self.objects[number] = body.encode("latin-1") if isinstance(body, str) else body
        return number

    def add(self, body: str | bytes) -> int:
        """Store an object under the next number and return it."""
        return self.put(self.reserve(), body)

    def stream(self, data: bytes, entries: str = "", number: int | None = None) -> int:
        """Store a stream, as it is; entries are further keys of its dictionary."""
        head = f"<< /Length {len(data)} {entries} >>\nstream\n".encode("latin-1")
        body = head + data + b"\nendstream"
        return self.put(self.reserve() if number is None else number, body)

    def catalog(self, pages: Iterable[int], extra: str = "", count: str = "") -> int:
        """Store the page tree and the catalog and return the catalog's number."""
        kids = list(pages)
        listed = " ".join(f"{number} 0 R" for number in kids)
        tree = self.add(f"<< /Type /Pages /Kids [{listed}] /Count {count or len(kids)} >>")
        return self.add(f"<< /Type /Catalog /Pages {tree} 0 R {extra} >>")

    def page(
        self, content: int, *, box: str = "[0 0 595 842]", resources: str = "", extra: str = ""
    ) -> int:
        """Store a page that shows a content stream with Helvetica as /F1."""
        if "/Font" not in resources:
            resources = f"/Font << /F1 {HELVETICA} >> {resources}"
        return self.add(
            f"<< /Type /Page /MediaBox {box} /Contents {content} 0 R"
            f" /Resources << {resources} >> {extra} >>"
        )

    def write(self, root: int, trailer: str = "") -> bytes:
        """Return the file."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        offsets = {}
        for number, body in sorted(self.objects.items()):
            offsets[number] = len(out)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % self._next
        for number in range(1, self._next):
            kind = b"n" if number in offsets else b"f"
            out += b"%010d 00000 %b \n" % (offsets.get(number, 0), kind)
        out += f"trailer\n<< /Size {self._next} /Root {root} 0 R {trailer} >>\n".encode("latin-1")
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


_SUBJECTS = "farmer baker sailor teacher engineer gardener painter doctor miller singer"
_VERBS = "found carried repaired measured painted described bought forgot counted sold"
_THINGS = "lantern bridge letter kettle map window ladder violin barrel clock boat wheel"
_PLACES = "harbour market river station orchard library mountain village garden tower"


def prose(name: str, lines: int = 34) -> list[str]:
    """Return plain English lines that differ from file to file, lest they count as duplicates."""
    rng = unit_rng(2, name, 0)

    def pick(words: str) -> str:
        choices = words.split()
        return choices[int(rng.integers(len(choices)))]

    return [
        f"In {1700 + int(rng.integers(300))} the {pick(_SUBJECTS)} {pick(_VERBS)} the "
        f"{pick(_THINGS)} that was near the {pick(_PLACES)} and the {pick(_THINGS)}."
        for _ in range(lines)
    ]


def text_content(name: str, scale: float = 1.0, lines: int = 34) -> bytes:
    """Return operators that set the prose in Helvetica from the top of an A4 page, scaled."""
    shown = "\n".join(f"({line}) Tj T*" for line in prose(name, lines))
    setting = f"/F1 {12 * scale} Tf {20 * scale} TL {56 * scale} {770 * scale} Td"
    return f"BT {setting}\n{shown}\nET\n".encode("latin-1")


def readable(name: str, num_pages: int = 1) -> tuple[Pdf, int]:
    """Return an ordinary document of text pages and the number of its catalog."""
    pdf = Pdf()
    pages = [pdf.page(pdf.stream(text_content(f"{name} {index}"))) for index in range(num_pages)]
    return pdf, pdf.catalog(pages)


def one_page(content: bytes, entries: str = "", **page: str) -> bytes:
    """Return a document with one page of these operators."""
    pdf = Pdf()
    return pdf.write(pdf.catalog([pdf.page(pdf.stream(content, entries), **page)]))


def with_text(name: str, catalog_extra: str = "", *, pdf: Pdf | None = None, **page: str) -> bytes:
    """Return a document with one page of ordinary text and something else on top."""
    pdf = pdf or Pdf()
    number = pdf.page(pdf.stream(text_content(name)), **page)
    return pdf.write(pdf.catalog([number], catalog_extra))


def deflate_repeated(chunk: bytes, times: int, *, raw: bool = False) -> bytes:
    """Return the zlib form of chunk * times without ever holding it.

    A chunk compressed with a full flush neither looks back nor leaves a partial byte, so its
    compressed form may be repeated; the checksum of the whole follows from that of the chunk.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    body = block * times + b"\x03\x00"
    if raw:
        return body
    checksum = zlib.adler32(chunk, 0)
    plain, weighted = checksum & 0xFFFF, checksum >> 16
    low, high = 1, 0
    for _ in range(times):
        high = (high + len(chunk) * low + weighted) % 65521
        low = (low + plain) % 65521
    return b"\x78\xda" + body + struct.pack(">I", high << 16 | low)


def twice_deflated(chunk: bytes, times: int) -> tuple[bytes, str]:
    """Return chunk * times under two Flate filters, and the filter entry: a million to one."""
    return zlib.compress(deflate_repeated(chunk, times), 9), "/Filter [/FlateDecode /FlateDecode]"


def fill(text: bytes, size: int = ONE_MB) -> bytes:
    return text * (size // len(text))
