"""Bytes of a TeX file to text, whatever encoding it was written in.

In this order: a byte order mark; UTF-8 if the bytes are valid UTF-8 (a declaration that contradicts
valid UTF-8 is wrong in practice); `% !TEX encoding`; `inputenc`'s option, here or in the root
file; a CJK environment's; GBK if high bytes come in pairs as Chinese does; else Latin-1, read as
Windows' superset of it.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = re.compile(rb"^%\s*!TEX\s+encoding\s*=\s*([\w -]+)", re.MULTILINE | re.IGNORECASE)
_INPUTENC = re.compile(rb"^[^%\n]*\\(?:usepackage|RequirePackage)\[([\w-]+)\]\{inputenc\}", re.M)
_CJK = re.compile(rb"\\begin\{CJK\*?\}(?:\[[^\]]{0,40}\])?\{(\w+)\}")
_HIGH = re.compile(rb"[\x81-\xfe]+")
_NAMES = {
    "latin1": "cp1252",
    "latin2": "iso8859-2",
    "latin3": "iso8859-3",
    "latin4": "iso8859-4",
    "latin5": "iso8859-9",
    "latin9": "iso8859-15",
    "latin10": "iso8859-16",
    "ansinew": "cp1252",
    "cp1252": "cp1252",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "cp437": "cp437",
    "cp850": "cp850",
    "cp852": "cp852",
    "applemac": "mac-roman",
    "macroman": "mac-roman",
    "koi8-r": "koi8-r",
    "utf8": "utf-8",
    "utf8x": "utf-8",
    "utf-8": "utf-8",
    "gb": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "bg5": "big5hkscs",
    "big5": "big5hkscs",
    "sjis": "cp932",
    "jis": "euc-jp",
    "ks": "cp949",
    "isolatin": "cp1252",
    "isolatin1": "cp1252",
    "iso-8859-1": "cp1252",
}
_HEAD = 65_536
_LEAST_PAIRED = 0.95


def find_encoding(data: bytes, root: str = "") -> str:
    """Return the name of Python's codec for a file.

    Args:
        data: the file's bytes.
        root: what the root file declares ("" if nothing).
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if _is_valid(data, "utf-8"):
        return "utf-8"
    for name in (declared(data), root):
        if name and name != "utf-8" and _is_valid(data, name):
            return name
    runs = _HIGH.findall(data)
    total = sum(map(len, runs))
    paired = sum(len(run) for run in runs if len(run) % 2 == 0)
    if total and paired >= _LEAST_PAIRED * total and _is_valid(data, "gb18030"):
        return "gb18030"
    return "cp1252"


def declared(data: bytes) -> str:
    """Return the codec that a file's own words name, or ""."""
    head = data[:_HEAD]
    for pattern in (_MAGIC, _INPUTENC, _CJK):
        found = pattern.search(head)
        if found is not None:
            name = _NAMES.get(found[1].decode("ascii", "replace").strip().lower(), "")
            if name:
                return name
    return ""


def decode(data: bytes, root: str = "") -> str:
    """Return a file's text; bytes that its encoding does not know are read as Latin-1."""
    encoding = find_encoding(data, root)
    if encoding == "cp1252" and not _is_valid(data, encoding):
        encoding = "latin-1"
    return data.decode(encoding, "replace")


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
