#!/usr/bin/env python3
"""Fits the polynomials of Engine/Kernels' VectorMath afresh, and measures the committed ones.

    polynomials.py             a table: the errors of the committed coefficients and of the fresh ones
    polynomials.py --print     the fresh coefficients too, rounded to float or double, beside the committed ones
    polynomials.py --erfc X    erfc at the points X, to 17 digits: the values that VectorMathTests expects

It needs Python 3.9 or newer and nothing else: it computes with 60 decimal digits. The exit code is 1 if a committed
polynomial is less accurate than the comment above it says.

Method: Remez' exchange. A polynomial of degree n is the best in the largest weighted error, if that error is reached
at n + 2 points with alternating signs. From the extrema of Chebyshev's polynomial, each round solves for the polynomial
whose weighted errors at the n + 2 points are equal in size and alternate, then moves the points to the extrema of its
error, until these are equal to 9 digits. The coefficients are then rounded to float or double, one by one.

How near it comes: the program that made the committed coefficients is not preserved, only its method (VectorMath's
remarks state it). A fresh coefficient differs from the committed one by at most 2.2e-5 of its size in the highest
powers, by less the lower the power, and not at all in the lowest. The largest errors agree to 1/100 of a bit. So the
fresh coefficients are no better, and the committed ones stay: others would change the bits of every trained model.
"""
import argparse
import glob
import math
import os
import re
import struct
import sys
from decimal import Decimal, getcontext, localcontext

getcontext().prec = 60
KERNELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Engine", "Kernels")
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")
LN2 = Decimal(2).ln()
TINY = Decimal(10) ** -40  # a weight where the error vanishes whatever the polynomial is


def power_series(first, x, next_factor):
    """first + first f(1) x + first f(1) f(2) x^2 + ..., to 75 digits."""
    with localcontext() as context:
        context.prec = 80
        total = term = Decimal(first)
        k = 0
        while k < 3 or abs(term) > abs(total) * Decimal(10) ** -75:
            k += 1
            term *= next_factor(k) * x
            total += term
    return +total


# What the polynomials approximate -------------------------------------------------------------------------------------

def exp_quotient(r):
    """(e^r - 1 - r) / r^2 = 1/2! + r/3! + r^2/4! + ..."""
    return power_series(Decimal(1) / 2, r, lambda k: Decimal(1) / (k + 2))


def artanh_quotient(z):
    """(2 artanh s - 2 s) / s^3 = 2/3 + 2 z/5 + 2 z^2/7 + ... with z = s^2."""
    return power_series(Decimal(2) / 3, z, lambda k: Decimal(2 * k + 1) / (2 * k + 3))


def scaled_erfc(y):
    """e^(y^2) erfc y for y >= 0: by the series of erf, and from 3 on by Laplace's continued fraction."""
    if y < 3:
        with localcontext() as context:
            context.prec = 80
            # erf y = 2 / sqrt(pi) e^(-y^2) (y + 2 y^3 / 3 + 4 y^5 / 15 + ...)
            result = (y * y).exp() - 2 / PI.sqrt() * y * power_series(1, y * y, lambda k: Decimal(2) / (2 * k + 1))
        return +result
    fraction = y
    for k in range(1200, 0, -1):
        fraction = y + Decimal(k) / 2 / fraction
    return 1 / (fraction * PI.sqrt())


def erfc(x):
    y = abs(x)
    tail = (-y * y).exp() * scaled_erfc(y)
    return 2 - tail if x < 0 else tail


class ErfcFactor:
    """Q of t = 2 u - 1 with u = 1 / (1 + c y) and e^(y^2) erfc y = u Q(t), remembered for each t."""

    def __init__(self, c):
        self.c, self.known = Decimal(c), {}

    def t(self, y):
        return 2 / (1 + self.c * y) - 1

    def __call__(self, t):
        if t not in self.known:
            u = (1 + t) / 2
            self.known[t] = scaled_erfc((1 / u - 1) / self.c) / u
        return self.known[t]


class Fit:
    """A function, the interval and the degree of its polynomial, and two weights.

    weight is that of the fit; measure turns the polynomial's error into the error that the comment in C# states.
    """

    def __init__(self, method, type_name, function, degree, low, high, weight, measure=None):
        self.method, self.type_name, self.function, self.degree = method, type_name, function, degree
        self.low, self.high, self.weight, self.measure = low, high, weight, measure or weight


def fits():
    for type_name, degree in (("float", 4), ("double", 9)):
        # The error relative to e^r - 1. At 0 it would be 0; the weight 1 there makes the lowest coefficient 1/2.
        yield Fit("ExpQuotient", type_name, exp_quotient, degree, -LN2 / 2, LN2 / 2,
                  lambda r: abs(r * r / (r.exp() - 1)) if abs(r) > TINY else Decimal(1))
    for type_name, degree in (("float", 2), ("double", 6)):
        # The error relative to 2 s, the first term of the logarithm; then relative to the logarithm, 2 artanh s.
        yield Fit("ArtanhQuotient", type_name, artanh_quotient, degree, Decimal(0), (3 - 2 * Decimal(2).sqrt()) ** 2,
                  lambda z: z / 2 + TINY, lambda z: z / (2 + z * artanh_quotient(z)))
    for type_name, degree, c, last in (("float", 9, "0.34375", "10.6"), ("double", 20, "0.21875", "27.6")):
        q = ErfcFactor(c)
        yield Fit("ScaledErfc", type_name, q, degree, q.t(Decimal(last)), Decimal(1), lambda t, q=q: 1 / q(t))


# Remez' exchange ------------------------------------------------------------------------------------------------------

def chebyshev_extrema(low, high, count):
    """count + 1 points from low to high, dense at the ends; of an even count, the middle is one."""
    middle, half = (low + high) / 2, (high - low) / 2
    cosines = [0 if 2 * i == count else Decimal(math.cos(math.pi * i / count)) for i in range(1, count)]
    return [low, *(middle - half * cosine for cosine in cosines), high]


def horner(coefficients, x):
    """The polynomial's value; coefficients from the lowest to the highest."""
    value = Decimal(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value


def solve(matrix, right):
    """Gauss' elimination with the largest pivot."""
    rows, n = [row + [value] for row, value in zip(matrix, right)], len(right)
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, n):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    solution = [Decimal(0)] * n
    for i in reversed(range(n)):
        known = sum(rows[i][j] * solution[j] for j in range(i + 1, n))
        solution[i] = (rows[i][n] - known) / rows[i][i]
    return solution


def remez(fit):
    """The coefficients of the best polynomial, from the lowest to the highest."""
    grid = chebyshev_extrema(fit.low, fit.high, 20 * (fit.degree + 2))
    values = {x: fit.function(x) for x in grid}
    points = chebyshev_extrema(fit.low, fit.high, fit.degree + 1)
    while True:
        matrix = [[x ** k for k in range(1, fit.degree + 1)] for x in points]
        matrix = [[Decimal(1), *row, (-1) ** i / fit.weight(points[i])] for i, row in enumerate(matrix)]
        coefficients = solve(matrix, [fit.function(x) for x in points])[:-1]

        def error(x):
            value = values[x] if x in values else fit.function(x)
            return (horner(coefficients, x) - value) * fit.weight(x)

        errors = [error(x) for x in grid]
        extrema = [refined(error, grid, i) for i in peaks(errors)]
        extrema = alternating(extrema, error, fit.degree + 2)
        sizes = [abs(error(x)) for x in extrema]
        if max(sizes) < min(sizes) * (1 + Decimal("1e-9")):
            return coefficients
        points = extrema


def peaks(errors):
    """The place of the largest error in each stretch of errors with one sign."""
    places = []
    for i, error in enumerate(errors):
        if not places or (error > 0) != (errors[places[-1]] > 0):
            places.append(i)
        elif abs(error) > abs(errors[places[-1]]):
            places[-1] = i
    return places


def refined(error, grid, i):
    """The extremum beside grid point i, by ternary search; the ends, and 0 with its weight of its own, stay."""
    if i in (0, len(grid) - 1) or abs(grid[i]) < TINY:
        return grid[i]
    low, high = grid[i - 1], grid[i + 1]
    for _ in range(45):
        first, second = low + (high - low) / 3, high - (high - low) / 3
        low, high = (first, high) if abs(error(first)) < abs(error(second)) else (low, second)
    return (low + high) / 2


def alternating(extrema, error, count):
    """The extrema without the smallest ones, so that count are left and their signs alternate still."""
    while len(extrema) > count:
        sizes = [abs(error(x)) for x in extrema]
        if len(extrema) == count + 1:
            del extrema[0 if sizes[0] < sizes[-1] else -1]
        else:
            i = min(range(len(sizes) - 1), key=lambda i: max(sizes[i], sizes[i + 1]))
            del extrema[i:i + 2]
    return extrema


# The committed coefficients -------------------------------------------------------------------------------------------

def committed(method, type_name):
    """The coefficients in the C# source, lowest first, and the exponent of two that its comment claims."""
    for path in glob.glob(os.path.join(KERNELS, "**", "VectorMath*.cs"), recursive=True):
        with open(path, encoding="utf-8") as file:
            match = re.search(
                r"2\^-([\d.]+) \(float\),\s*(?:///\s*)?2\^-([\d.]+) \(double\)[^{}]*?"
                rf"private static V {method}\(V \w\)\s*\{{(.*?)\n    \}}", file.read(), re.DOTALL)
        if match:
            branches = match[3].split("else")
            body = branches[0 if type_name == "float" else 1]
            number = r"-?\d+\.?\d*(?:e-?\d+)?"
            steps = re.findall(rf"Step\((?:Constant\(({number})\)|\w+), \w, ({number})\)", body)
            coefficients = [c for step in steps for c in step if c]
            claim = float(match[1 if type_name == "float" else 2])
            return [rounded(Decimal(c), type_name) for c in reversed(coefficients)], claim
    sys.exit(f"polynomials.py: no method {method} with a claim '2^-N (float), 2^-N (double)' in VectorMath*.cs")


def rounded(number, type_name):
    """The nearest float or double."""
    value = float(number)
    return Decimal(struct.unpack("f", struct.pack("f", value))[0] if type_name == "float" else value)


def bits(fit, coefficients):
    """-log2 of the largest error on a dense grid."""
    points = chebyshev_extrema(fit.low, fit.high, 80 * (fit.degree + 2))
    largest = max(abs(horner(coefficients, x) - fit.function(x)) * fit.measure(x) for x in points)
    return -float(largest.ln() / LN2)


def shown(number, type_name):
    return f"{float(number):.{9 if type_name == 'float' else 17}g}"


def main():
    parser = argparse.ArgumentParser(description="Fits the polynomials of VectorMath and measures the committed ones.")
    parser.add_argument("--print", action="store_true", help="print the coefficients, highest first")
    parser.add_argument("--erfc", nargs="+", metavar="X", help="print erfc at these points instead")
    options = parser.parse_args()
    if options.erfc:
        for x in options.erfc:
            print(x, f"{erfc(Decimal(x)):.17g}")
        return 0

    print("The largest error is 2 to the power of minus:")
    print(f"{'':16}{'type':8}{'degree':>6}{'claimed':>10}{'committed':>11}{'fresh':>8}{'unrounded':>11}")
    holds = True
    for fit in fits():
        old, claim = committed(fit.method, fit.type_name)
        exact = remez(fit)
        new = [rounded(c, fit.type_name) for c in exact]
        accuracy = bits(fit, old)
        holds &= round(accuracy, 2) >= claim
        print(f"{fit.method:16}{fit.type_name:8}{fit.degree:6}{claim:10}{accuracy:11.2f}{bits(fit, new):8.2f}"
              f"{bits(fit, exact):11.2f}")
        if options.print:
            for k in reversed(range(fit.degree + 1)):
                print(f"    committed {shown(old[k], fit.type_name):24} fresh {shown(new[k], fit.type_name)}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
