#!/usr/bin/env python3
"""Writes Engine/Text/Nfkc.txt, the table of Unicode's normalization form KC, from Python's unicodedata.

    nfkc.py            compares the committed table with what this Python would write; exit code 1 if they differ
    nfkc.py --write    writes the table
    nfkc.py --hash     prints the SHA-256 that NfkcTests expects: of every character among marks, normalized by Python

It needs Python 3.11 and nothing else: the committed table is of Unicode 14.0.0, which is that Python's version. Another
Python writes another version of Unicode, which is an improvement only if NfkcTests gets the new SHA-256 with it.

The table has three parts, all numbers of characters in hexadecimal:

    CHARACTER=PARTS          what NFKC takes the character apart into, to the end; only where that is something else
    FIRST SECOND=WHOLE       two characters that compose to one; those that Unicode excludes from composition are absent
    FIRST-LAST=CLASS         the canonical combining class (decimal) of each character of the range; absent means 0

Hangul syllables are absent: arithmetic takes them apart and composes them.
"""
import argparse
import glob
import hashlib
import os
import sys
import unicodedata

ENGINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Engine")
HANGUL = range(0xAC00, 0xD7A4)
SURROGATES = range(0xD800, 0xE000)
CHARACTERS = [c for c in range(0x110000) if c not in SURROGATES]


def parts():
    version = unicodedata.unidata_version
    yield f"# Unicode {version} (Unicode License V3). Of a character: what NFKC takes it apart into."
    for c in CHARACTERS:
        apart = unicodedata.normalize("NFKD", chr(c))
        if c not in HANGUL and apart != chr(c):
            yield f"{c:X}=" + " ".join(f"{ord(part):X}" for part in apart)


def compositions():
    yield "# Of two characters: the one that they compose."
    for c in CHARACTERS:
        mapping = unicodedata.decomposition(chr(c)).split()
        # A mapping that begins with a <tag> is one of compatibility; it takes apart and never composes.
        if len(mapping) == 2 and not mapping[0].startswith("<"):
            first, second = (int(part, 16) for part in mapping)
            if unicodedata.normalize("NFC", chr(first) + chr(second)) == chr(c):
                yield f"{first:X} {second:X}={c:X}"


def classes():
    yield "# From character to character: the canonical combining class."
    first = 0
    for c in range(1, 0x110001):
        rank = unicodedata.combining(chr(first))
        if c == 0x110000 or unicodedata.combining(chr(c)) != rank:
            if rank > 0:
                yield f"{first:X}-{c - 1:X}={rank}"
            first = c


def hash_of_all_characters():
    digest = hashlib.sha256()
    for c in map(chr, CHARACTERS):
        digest.update((unicodedata.normalize("NFKC", f"a{c}\u0301{c}\u0323") + "\n").encode())
    return digest.hexdigest().upper()


def main():
    parser = argparse.ArgumentParser(description="Compares or writes the table of normalization form KC.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--hash", action="store_true")
    options = parser.parse_args()
    if options.hash:
        print(hash_of_all_characters())
        return 0

    [path] = glob.glob(os.path.join(ENGINE, "Text", "**", "Nfkc.txt"), recursive=True)
    text = "".join(line + "\n" for part in (parts, compositions, classes) for line in part()).encode()
    if options.write:
        with open(path, "wb") as file:
            file.write(text)
    with open(path, "rb") as file:
        equal = file.read() == text
    print(f"{os.path.normpath(path)}: {'as' if equal else 'not as'} Unicode {unicodedata.unidata_version} has it")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
