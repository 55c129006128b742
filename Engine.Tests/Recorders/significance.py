#!/usr/bin/env python3
"""Recomputes the numbers of Engine.Tests/Golden/significance.json with sacreBLEU and NumPy.

    significance.py            compares the committed numbers with those that the installed programs give; exit code 1
                               if one differs by more than 1e-9
    significance.py --write    writes the file with these numbers

It needs sacreBLEU 2.6 (pip install sacrebleu==2.6.0) and NumPy 2: with NumPy 1, sacreBLEU computes the scores of
resamples in double precision. The committed numbers come from NumPy 2.4.6 and from TER,
its tokenizer and the bootstrap of sacreBLEU's published source, without the installed package: run this script once
where the package is installed. BLEU and chrF were compared with the scores that sacreBLEU 2.6 gave for bleu.json.

The file has input, which stays as it is, and numbers. The parts:

    random      for each seed: PCG64's first numbers of 64 bits, and numbers that default_rng(seed).choice(n) draws
    tokens      lines, and what sacreBLEU's TER makes of them with each of its options
    ter         hypotheses and sets of references (words are mostly single letters, to be short), options of TER, and
                the score, the number of edits, the length of the references and the signature
    bootstrap   two systems and sets of references; for each metric the score, mean and margin ("mean ± margin") of the
                system and of the baseline, the system's first resampled scores, the p-value of the paired bootstrap,
                and the signature. The texts of noisy100 in bleu.json are one of the cases; their second system leaves
                out every seventh word
"""
import argparse
import json
import os
import sys

import numpy
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest, _bootstrap_resample

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Golden", "significance.json")
OPTIONS = ("normalized", "no_punct", "asian_support", "case_sensitive")


def random(case):
    words = numpy.random.PCG64(case["seed"]).random_raw(6)
    drawn = {n: numpy.random.default_rng(case["seed"]).choice(int(n), size=(3, 7)).ravel().tolist()
             for n in case["choice"]}
    return {"seed": case["seed"], "raw": [str(word) for word in words], "choice": drawn}


def tokens(case):
    found = {}
    for bits in range(16):
        options = {name: bool(bits >> i & 1) for i, name in enumerate(OPTIONS)}
        found[str(bits)] = TER(**options).tokenizer(case["line"].rstrip())
    return {"line": case["line"], "tokens": found}


def ter(case):
    metric = TER(**{name: name in case["options"] for name in OPTIONS})
    score = metric.corpus_score(case["hypotheses"], case["references"])
    return {key: case[key] for key in ("name", "options", "hypotheses", "references")} | {
        "score": score.score, "edits": score.num_edits, "ref_length": score.ref_length,
        "signature": str(metric.get_signature())}


def bootstrap(case):
    os.environ["SACREBLEU_SEED"] = str(case["seed"])
    result = {key: case[key] for key in ("name", "seed", "resamples", "system", "baseline", "references")}
    kinds = {"bleu": lambda: BLEU(tokenize="none", force=True), "chrf": CHRF, "chrf++": lambda: CHRF(word_order=2),
             "ter": TER}
    result["metrics"] = {}
    for name, kind in kinds.items():
        metric = kind()
        score = metric.corpus_score(case["system"], case["references"], n_bootstrap=case["resamples"])
        stats = metric._extract_corpus_statistics(case["system"], case["references"])
        resampled = [float(one.score) for one in _bootstrap_resample(stats, metric, case["resamples"])[1]]
        _, paired = PairedTest(
            [("baseline", case["baseline"]), ("system", case["system"])], {name: kind()}, case["references"],
            test_type="bs", n_samples=case["resamples"])()
        baseline, system = paired[score.name]
        result["metrics"][name] = {
            "signature": str(metric.get_signature()), "score": score.score,
            "mean": float(system.mean), "margin": float(system.ci), "resampled": resampled[:10],
            "baseline": baseline.score, "baseline_mean": float(baseline.mean), "baseline_margin": float(baseline.ci),
            "p": system.p_value}
    return result


def main():
    parser = argparse.ArgumentParser(description="Compares or writes the numbers in significance.json.")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with open(FILE, encoding="utf-8") as file:
        committed = json.load(file)
    kinds = {"random": random, "tokens": tokens, "ter": ter, "bootstrap": bootstrap}
    recorded = {name: [kind(case) for case in committed[name]] for name, kind in kinds.items()}
    differing = compare(committed, recorded, "")
    if options.write:
        tool = "sacreBLEU " + ".".join(sacrebleu.__version__.split(".")[:2])
        with open(FILE, "w", encoding="utf-8") as file:
            json.dump({"tool": tool} | recorded, file, ensure_ascii=False, indent=1)
            file.write("\n")
    print(f"sacreBLEU {sacrebleu.__version__}, NumPy {numpy.__version__}: {differing} numbers differ")
    return 1 if differing and not options.write else 0


def compare(old, new, place):
    """Prints where two JSON values differ, and returns in how many places."""
    if isinstance(new, dict):
        return sum(compare(old.get(key) if isinstance(old, dict) else None, new[key], f"{place}/{key}") for key in new)
    if isinstance(new, list):
        old = old if isinstance(old, list) and len(old) == len(new) else [None] * len(new)
        return sum(compare(a, b, f"{place}/{i}") for i, (a, b) in enumerate(zip(old, new)))
    same = abs(old - new) <= 1e-9 if isinstance(old, float) and isinstance(new, float) else old == new
    if not same:
        print(f"{place} is {new}, committed is {old}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
