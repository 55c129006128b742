#!/usr/bin/env python3
"""Prints the SHA-256 that PythonTextTests expects: of every character of some ranges, lower-cased by Python's str.lower.

Each character stands after, before and between letters, since the form of a Greek sigma depends on its neighbours. The
ranges hold the scripts with two cases whose characters no version of Unicode from 14 to 16 changed; so any Python from
3.11 on prints the same, and needs nothing else.
"""
import hashlib

RANGES = [range(0x0, 0x590), range(0x10A0, 0x1100), range(0x1E00, 0x2D00), range(0xFB00, 0xFB07),
          range(0xFE00, 0x10000), range(0x10400, 0x10500), range(0x1D400, 0x1D800), range(0x1F100, 0x1F200)]

digest = hashlib.sha256()
for characters in RANGES:
    for c in map(chr, characters):
        digest.update(f"{c} {c}Σ aΣ{c} aΣ{c}b a{c}Σ\n".lower().encode())
print(digest.hexdigest().upper())
