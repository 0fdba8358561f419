"""Hostile folders, archives and file names, made from code in the place that a test gives.

Archives are returned as bytes; those of `HOSTILE_ARCHIVES` hold something that must neither be
written outside the place of extraction nor make the reader run out of memory, time or patience.
"""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.hostile_writer import deflate_repeated, readable

# Names that a file may really have on Linux. The archive helpers below have worse ones.
HOSTILE_NAMES: tuple[str, ...] = (
    "-rf.pdf",
    "--help.pdf",
    ".hidden.pdf",
    " spaces around .pdf",
    "two  spaces.pdf",
    "line\nbreak.pdf",
    "carriage\rreturn.pdf",
    "tab\tstop.pdf",
    "bell\x07 and escape\x1b[31m.pdf",
    "quote'\"`.pdf",
    "$(touch shell_was_here).pdf",
    "a;b|c&d>e.pdf",
    "star*question?[bracket].pdf",
    "{brace,list}.pdf",
    "percent%2e%2e%2fhash#query?.pdf",
    "colon:at@scheme.pdf",
    "back\\slash.pdf",
    "文件 中文名.pdf",
    "cafe\u0301 decomposed.pdf",
    "caf\u00e9 composed.pdf",
    "right-to-left \u202efdp.exe.pdf",
    "emoji \U0001f600.pdf",
    "not utf-8 \udcff\udcfe.pdf",
    "UPPER.PDF",
    "double.pdf.pdf",
    "no_extension",
    "x" * 196 + ".pdf",
    "字" * 83 + ".pdf",
)


def tiny_pdf(name: str) -> bytes:
    """Return an ordinary page of text; the name makes it differ from other pages."""
    pdf, root = readable(name)
    return pdf.write(root)


def make_tree_of_names(folder: Path) -> list[Path]:
    """Write one good PDF under each of the odd names."""
    paths = [folder / name for name in HOSTILE_NAMES]
    for index, path in enumerate(paths):
        path.write_bytes(tiny_pdf(f"odd name {index}"))
    return paths


def make_tree_of_tiny_files(folder: Path, count: int = 10_000, *, valid: bool = False) -> None:
    """Write count small files, a hundred to a folder: valid pages, or mere headers (fast)."""
    page = tiny_pdf("tiny")
    for index in range(count):
        if index % 100 == 0:
            inner = folder / f"{index // 100:04d}"
            inner.mkdir(parents=True, exist_ok=True)
        data = page + b"%% %d\n" % index if valid else b"%%PDF-1.7\n%% %d\n" % index
        (inner / f"{index:06d}.pdf").write_bytes(data)


def make_directory_loop(folder: Path) -> None:
    """Write one good PDF in a folder that contains itself, by links to it and to its parent."""
    inner = folder / "inner"
    inner.mkdir(parents=True)
    (inner / "page.pdf").write_bytes(tiny_pdf("directory loop"))
    (inner / "parent").symlink_to("..", target_is_directory=True)
    (inner / "self").symlink_to(".", target_is_directory=True)
    (folder / "again.pdf").symlink_to("inner", target_is_directory=True)


def make_links_and_devices(folder: Path) -> None:
    """Write entries that end in .pdf and are no files: opening the pipe would wait for ever."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dangling.pdf").symlink_to("nowhere.pdf")
    (folder / "circle_a.pdf").symlink_to("circle_b.pdf")
    (folder / "circle_b.pdf").symlink_to("circle_a.pdf")
    (folder / "device.pdf").symlink_to("/dev/zero")
    (folder / "folder.pdf").mkdir()
    os.mkfifo(folder / "pipe.pdf")


def make_deep_tree(folder: Path, depth: int = 200) -> Path:
    """Write one good PDF so deep that its path nears the limit of 4,096 bytes."""
    inner = folder.joinpath(*["deep_folder"] * depth)
    inner.mkdir(parents=True)
    path = inner / "page.pdf"
    path.write_bytes(tiny_pdf("deep tree"))
    return path


def make_zip(members: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive with these members, without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return out.getvalue()


def make_tar(members: Mapping[str, bytes], *extra: tarfile.TarInfo, mode: str = "w") -> bytes:
    """Return a tar archive with these members and then the extra headers, without data."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in extra:
            archive.addfile(info)
    return out.getvalue()


def good_zip() -> bytes:
    """Return two good pages in an archive: the members that a reader must still find."""
    return make_zip({"a/one.pdf": tiny_pdf("zip one"), "a/two.pdf": tiny_pdf("zip two")})


def zip_bomb(megabytes: int = 512) -> bytes:
    """Return a member of half a gigabyte in half a megabyte, with a true length and checksum."""
    chunk = b"%PDF-1.7\n".ljust(1 << 20, b" ")
    packed = deflate_repeated(chunk, megabytes, raw=True)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(chunk, checksum)
    whole = bytearray(make_zip({"bomb.pdf": packed}, compression=zipfile.ZIP_STORED))
    fields = checksum.to_bytes(4, "little") + len(packed).to_bytes(4, "little")
    fields += (megabytes << 20).to_bytes(4, "little")
    central = whole.index(b"PK\x01\x02")
    for method, values in ((8, 14), (central + 10, central + 16)):
        whole[method : method + 2] = zipfile.ZIP_DEFLATED.to_bytes(2, "little")
        whole[values : values + 12] = fields
    return bytes(whole)


def overlapping_zip_bomb(num_names: int = 1000) -> bytes:
    """Return an archive whose directory lists the one member of a bomb a thousand times."""
    whole = zip_bomb(64)
    central, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entry = whole[central:end]
    names = b"".join(entry.replace(b"bomb.pdf", b"%04d.pdf" % index) for index in range(num_names))
    closing = bytearray(whole[end:])
    closing[8:10] = closing[10:12] = num_names.to_bytes(2, "little")
    closing[12:16] = len(names).to_bytes(4, "little")
    return whole[:central] + names + bytes(closing)


def encrypted_zip() -> bytes:
    """Return an archive whose members are marked as encrypted: there is no password to ask for."""
    whole = bytearray(good_zip())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(signature)
        while at >= 0:
            whole[at + offset] |= 1
            at = whole.find(signature, at + 4)
    return bytes(whole)


def truncated_zip() -> bytes:
    """Return an archive that ends before its directory."""
    whole = good_zip()
    return whole[: len(whole) * 60 // 100]


def zip_in_zip(depth: int = 5) -> bytes:
    """Return archives within archives, around one good page."""
    data = good_zip()
    for level in range(depth):
        data = make_zip({f"level{level}.zip": data, f"level{level}.pdf": tiny_pdf(f"{level}")})
    return data


def zip_with_bad_names() -> bytes:
    """Return good pages under names that lead out of the archive, or nowhere."""
    names = (
        "../../escaped.pdf",
        "/absolute.pdf",
        "C:\\drive.pdf",
        "a/../b.pdf",
        "a//b.pdf",
        "文.pdf",
    )
    return make_zip({name: tiny_pdf(name) for name in names})


def zip_with_wrong_checksum() -> bytes:
    """Return an archive in which a byte of the first page was changed after packing."""
    whole = bytearray(make_zip({"a.pdf": tiny_pdf("crc")}, compression=zipfile.ZIP_STORED))
    whole[whole.index(b"Tj")] ^= 1
    return bytes(whole)


def zip_with_twins() -> bytes:
    """Return an archive that lists two different pages under the same name."""
    whole = make_zip({"a.pdf": tiny_pdf("twin one"), "b.pdf": tiny_pdf("twin two")})
    return whole.replace(b"b.pdf", b"a.pdf")


def _header(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def hostile_tar() -> bytes:
    """Return good pages under names that lead out, links to files outside, devices and a pipe."""
    names = ("good.pdf", "../../escaped.pdf", "/absolute.pdf", "./././dots.pdf", "good.pdf/in.pdf")
    return make_tar(
        {name: tiny_pdf(f"tar {name}") for name in names},
        _header("link.pdf", tarfile.SYMTYPE, "/etc/passwd"),
        _header("hard.pdf", tarfile.LNKTYPE, "../../../etc/passwd"),
        _header("self.pdf", tarfile.LNKTYPE, "self.pdf"),
        _header("null.pdf", tarfile.CHRTYPE),
        _header("disk.pdf", tarfile.BLKTYPE),
        _header("pipe.pdf", tarfile.FIFOTYPE),
        _header("folder.pdf", tarfile.DIRTYPE),
    )


def tar_with_false_size() -> bytes:
    """Return a page whose header claims eight gigabytes less a byte, the most that fits there."""
    info = tarfile.TarInfo("page.pdf")
    info.size = 8**11 - 1
    return info.tobuf() + tiny_pdf("false size")


def truncated_tar() -> bytes:
    """Return an archive that ends in the middle of its second page."""
    whole = make_tar({"one.pdf": tiny_pdf("tar one"), "two.pdf": tiny_pdf("tar two")})
    return whole[:6000]


HOSTILE_ARCHIVES: dict[str, Callable[[], bytes]] = {
    "bomb.zip": zip_bomb,
    "overlapping.zip": overlapping_zip_bomb,
    "encrypted.zip": encrypted_zip,
    "truncated.zip": truncated_zip,
    "nested.zip": zip_in_zip,
    "bad_names.zip": zip_with_bad_names,
    "wrong_checksum.zip": zip_with_wrong_checksum,
    "twins.zip": zip_with_twins,
    "empty.zip": lambda: make_zip({}),
    "no_archive.zip": lambda: b"this is no archive\n" * 100,
    "links.tar": hostile_tar,
    "false_size.tar": tar_with_false_size,
    "truncated.tar": truncated_tar,
    "no_archive.tar": lambda: b"this is no archive\n" * 100,
}
