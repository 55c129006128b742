#!/usr/bin/env python3
"""Recomputes the scores of Engine.Tests/Golden/bleu.json with sacreBLEU.

    bleu.py            compares the committed scores with those that the installed sacreBLEU gives; exit code 1 if one
                       differs by more than 1e-9
    bleu.py --write    writes the file with these scores
    bleu.py --tokenize NAME LINE
                       prints the tokens of a line: what BleuTokenizerTests expects

It needs sacreBLEU 2.6 (pip install sacrebleu==2.6.0).

A case has a name, hypotheses and references (one a hypothesis); these are input, and stay as they are. The cases
noisy100, noisy5, one and identical are German sentences of Multi30k's validation set; in the first three, words of the
hypotheses were moved, dropped and replaced by a program that is not preserved. To add a case, write its name,
hypotheses and references into the file, then run bleu.py --write. The scores of a case:

    bleu.TOKENIZER       score, precisions, brevity penalty and lengths, for the tokenizers 13a, none, char, zh and intl
    bleu.TOKENIZER.lc    the same after both sides were lower-cased
    chrf, chrf++         chrF2 without words, and with words and pairs of words
"""
import argparse
import json
import os
import sys

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Golden", "bleu.json")


def scores(hypotheses, references):
    result = {}
    for tokenizer in ("13a", "none", "char", "zh", "intl"):
        for lowercase in (False, True):
            bleu = BLEU(tokenize=tokenizer, lowercase=lowercase, force=True).corpus_score(hypotheses, [references])
            result[f"bleu.{tokenizer}{'.lc' if lowercase else ''}"] = {
                "score": bleu.score, "precisions": bleu.precisions, "bp": bleu.bp,
                "sys_len": bleu.sys_len, "ref_len": bleu.ref_len,
            }
    for name, words in (("chrf", 0), ("chrf++", 2)):
        result[name] = CHRF(word_order=words).corpus_score(hypotheses, [references]).score
    return result


def numbers(value):
    """All numbers of a JSON value, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    return [number for part in value for number in numbers(part)] if isinstance(value, list) else [value]


def main():
    parser = argparse.ArgumentParser(description="Compares or writes sacreBLEU's scores of the cases in bleu.json.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--tokenize", nargs=2, metavar=("NAME", "LINE"))
    options = parser.parse_args()
    if options.tokenize:
        name, line = options.tokenize
        print(BLEU(tokenize=name).tokenizer(line.rstrip()))
        return 0

    with open(FILE, encoding="utf-8") as file:
        cases = json.load(file)["cases"]

    recorded, differing = [], 0
    for case in cases:
        inputs = {key: case[key] for key in ("name", "hypotheses", "references")}
        recorded.append(inputs | scores(case["hypotheses"], case["references"]))
        for key, value in recorded[-1].items():
            old = case.get(key)
            if key not in inputs and (
                    old is None or any(abs(a - b) > 1e-9 for a, b in zip(numbers(old), numbers(value)))):
                differing += 1
                print(f"{case['name']}: {key} is {value}, committed is {old}")
    if options.write:
        tool = "sacreBLEU " + ".".join(sacrebleu.__version__.split(".")[:2])
        with open(FILE, "w", encoding="utf-8") as file:
            json.dump({"tool": tool, "cases": recorded}, file, ensure_ascii=False, indent=1)
    print(f"{len(cases)} cases of sacreBLEU {sacrebleu.__version__}, {differing} scores differ from the committed ones")
    return 1 if differing and not options.write else 0


if __name__ == "__main__":
    sys.exit(main())
