# SPDX-License-Identifier: Apache-2.0
"""The numpy side of the suite `robust`: reads a case and its sizes a line, runs it once and prints the seconds that it took."""

import sys
import time

import numpy as np


def median(x, cut):
    return np.median(x, axis=0)


def trimmed(x, cut):
    count = len(x)
    return np.partition(x, (cut, count - cut - 1), axis=0)[cut : count - cut].mean(axis=0)


def around(x, kept):
    middle = np.median(x, axis=0)
    order = np.argsort(np.abs(x - middle), axis=0, kind="stable")[:kept]
    return np.take_along_axis(x, order, axis=0).mean(axis=0)


def distances(x, _):
    # The Gram matrix of differences from the first update: of the raw values it would cancel.
    d = x.astype(np.float64) - x[0]
    gram = d @ d.T
    squares = np.diag(gram)
    return squares[:, None] + squares[None, :] - 2 * gram


def weiszfeld(x, iterations):
    v = x.mean(axis=0, dtype=np.float64)
    for _ in range(iterations):
        b = np.array([1 / max(1e-6, np.sqrt(np.sum((row - v) ** 2))) for row in x])
        v = sum(weight * row for weight, row in zip(b / b.sum(), x))
    return v.astype(x.dtype)


def adam(x, _):
    sums, model, m, v = x[0].astype(np.float64), x[1], x[2], np.abs(x[3])
    start = time.perf_counter()
    delta = sums / 10.0 - model
    m = 0.9 * m + 0.1 * delta
    v = 0.99 * v + 0.01 * delta * delta
    model = model + 0.01 * m / (np.sqrt(v) + 1e-3)
    result = model.astype(np.float32), m.astype(np.float32), v.astype(np.float32)
    return time.perf_counter() - start, result


CASES = {"median": median, "trimmed": trimmed, "around": around, "distances": distances, "weiszfeld": weiszfeld, "adam": adam}
values, shape = None, None
for line in sys.stdin:
    name, *sizes = line.split()
    count, parameters, argument = map(int, sizes)
    if shape != (count, parameters):
        values = None
        values = np.random.default_rng(1).random((count, parameters), dtype=np.float32) - np.float32(0.5)
        shape = (count, parameters)
    begin = time.perf_counter()
    result = CASES[name](values, argument)
    seconds = result[0] if isinstance(result, tuple) else time.perf_counter() - begin
    del result
    print(seconds, flush=True)
