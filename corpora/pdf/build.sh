#!/bin/sh
# Print every src/en_*.html and src/zh_*.html to en/*.pdf and zh/*.pdf with headless Chromium.
# Usage: build.sh [name ...]   (names without folder and extension; default: all of them)
# CHROMIUM names another browser binary. Dates are overwritten in place, so that one version of
# Chromium, qpdf and the fonts gives the same bytes on every build.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

chromium=${CHROMIUM:-}
if [ -z "$chromium" ]; then
    for candidate in chromium chromium-browser google-chrome; do
        if command -v "$candidate" >/dev/null 2>&1; then
            chromium=$candidate
            break
        fi
    done
fi
if [ -z "$chromium" ] || ! command -v "$chromium" >/dev/null 2>&1; then
    echo "build.sh: no chromium found; install the package chromium or set CHROMIUM" >&2
    exit 1
fi
require_command() {
    if ! command -v "$1" >/dev/null 2>&1; then
        echo "build.sh: $1 not found; install the package $2" >&2
        exit 1
    fi
}
require_command fc-list fontconfig
require_command qpdf qpdf

require_font() {
    if [ -z "$(fc-list "$1" family)" ]; then
        echo "build.sh: font '$1' is missing; install the package $2" >&2
        exit 1
    fi
}
require_font 'DejaVu Sans' fonts-dejavu-core
require_font 'DejaVu Sans Mono' fonts-dejavu-core
require_font 'DejaVu Serif' fonts-dejavu-core
require_font 'Liberation Sans' fonts-liberation
require_font 'Liberation Serif' fonts-liberation
require_font 'Noto Sans CJK SC' fonts-noto-cjk
require_font 'Noto Serif CJK SC' fonts-noto-cjk

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

print_one() {
    name=$(basename "$1" .html)
    language=${name%%_*}
    case $language in
        en | zh) ;;
        *)
            echo "build.sh: $1: the name must begin with en_ or zh_" >&2
            exit 1
            ;;
    esac
    printed=$work/$name.pdf
    if ! "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/profile" --no-pdf-header-footer \
        --print-to-pdf="$printed" "file://$1" >"$work/log" 2>&1 || [ ! -s "$printed" ]; then
        cat "$work/log" >&2
        echo "build.sh: chromium did not print $1" >&2
        exit 1
    fi
    mkdir -p "$here/$language"
    # Same number of bytes in and out, so that the offsets in the cross-reference table stay true.
    LC_ALL=C sed -E 's/(CreationDate|ModDate) \(D:[0-9]{14}/\1 (D:20000101000000/' \
        "$printed" >"$work/dated.pdf"
    # Chromium draws each Noto CJK glyph as a Type 3 procedure: object streams take off 40 %.
    qpdf --object-streams=generate --recompress-flate --compression-level=9 --deterministic-id \
        "$work/dated.pdf" "$work/packed.pdf"
    mv "$work/packed.pdf" "$here/$language/${name#*_}.pdf"
    echo "$language/${name#*_}.pdf"
}

if [ "$#" -gt 0 ]; then
    for name in "$@"; do
        print_one "$here/src/$name.html"
    done
else
    for source in "$here"/src/*.html; do
        print_one "$source"
    done
fi
