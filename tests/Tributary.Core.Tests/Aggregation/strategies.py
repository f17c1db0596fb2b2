#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes strategies.json: cases of every strategy, computed from the formulas of the papers in plain Python floats.

Usage: python3 strategies.py > strategies.json
"""
import itertools
import json
import math
import random

rng = random.Random(20)


def row(count, low=-3.0, high=3.0):
    return [round(rng.uniform(low, high), 4) for _ in range(count)]


def rows(clients, count):
    return [row(count) for _ in range(clients)]


def mean(updates, weights=None):
    weights = weights or [1] * len(updates)
    return [math.fsum(w * u[j] for w, u in zip(weights, updates)) / sum(weights) for j in range(len(updates[0]))]


def distance(a, b):
    return math.fsum((x - y) ** 2 for x, y in zip(a, b))


def median(values):
    values, half = sorted(values), len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def fedavg():
    for clients, count in [(1, 3), (2, 4), (7, 5)]:
        updates, weights = rows(clients, count), [rng.randint(1, 90) for _ in range(clients)]
        yield {"updates": updates, "weights": weights, "expected": mean(updates, weights)}


def hierarchical_mean():
    for groups in [[[0, 1, 2], [3]], [[0], [1], [2, 3, 4, 5]]]:
        clients = sum(map(len, groups))
        updates, weights = rows(clients, 3), [rng.randint(1, 90) for _ in range(clients)]
        yield {"updates": updates, "weights": weights, "groups": groups, "expected": mean(updates, weights)}


def adaptive(kind, eta, beta1, beta2, tau, v0):
    x, deltas = row(4), [row(4, -0.2, 0.2) for _ in range(3)]
    case = {"x0": list(x), "mean_deltas": deltas, "eta": eta, "beta1": beta1, "beta2": beta2, "tau": tau, "v0": v0, "expected": []}
    m, v = [0.0] * 4, [v0] * 4
    for number, d in enumerate(deltas, 1):
        m = [beta1 * a + (1 - beta1) * b for a, b in zip(m, d)]
        if kind == "adam":
            v = [beta2 * a + (1 - beta2) * b * b for a, b in zip(v, d)]
        elif kind == "yogi":
            v = [a - (1 - beta2) * b * b * ((a > b * b) - (a < b * b)) for a, b in zip(v, d)]
        else:
            v = [a + b * b for a, b in zip(v, d)]
        x = [a + eta * b / (math.sqrt(c) + tau) for a, b, c in zip(x, m, v)]
        case["expected"].append({"round": number, "m": m, "v": v, "x": x})
    return case


def fedavgm():
    for rate, momentum, nesterov in [(1.0, 0.9, False), (0.3, 0.5, False), (0.7, 0.8, True)]:
        x, means, v = row(4), rows(3, 4), None
        case = {"x0": list(x), "round_means": means, "server_lr": rate, "momentum": momentum, "nesterov": nesterov, "expected": []}
        for y in means:
            g = [a - b for a, b in zip(x, y)]
            v = g if v is None else [momentum * a + b for a, b in zip(v, g)]
            step = [a + momentum * b for a, b in zip(g, v)] if nesterov else v
            x = [a - rate * b for a, b in zip(x, step)]
            case["expected"].append({"momentum": v, "x": x})
        yield case


def fedmedian():
    for clients in (1, 2, 5, 12):
        updates = rows(clients, 4)
        yield {"updates": updates, "expected": [median(column) for column in zip(*updates)]}


def trimmed_mean():
    for clients, beta in [(6, 0.2), (11, 0.3), (4, 0.0), (9, 0.45)]:
        updates, cut = rows(clients, 3), math.floor(beta * clients)
        expected = [math.fsum(sorted(c)[cut:clients - cut]) / (clients - 2 * cut) for c in zip(*updates)]
        yield {"updates": updates, "beta": beta, "cut_each_side": cut, "expected": expected}


def krum_scores(updates, f):
    n = len(updates)
    return [math.fsum(sorted(distance(a, b) for j, b in enumerate(updates) if j != i)[:max(n - f - 2, 1)]) for i, a in enumerate(updates)]


def krum_multikrum():
    for clients, f, m in [(5, 1, 1), (9, 3, 4), (6, 0, 6)]:
        updates = [[0.1 * v for v in r] for r in rows(clients - f, 3)] + [[40 + v for v in r] for r in rows(f, 3)]
        scores = krum_scores(updates, f)
        selected = sorted(range(clients), key=lambda i: (scores[i], i))[:m]
        yield {"updates": updates, "f": f, "m": m, "scores": scores, "selected": selected,
               "expected_paper_plain_mean": mean([updates[i] for i in sorted(selected)])}


def bulyan():
    for clients, f in [(7, 1), (12, 2), (5, 0)]:
        updates = [[0.3 * v for v in r] for r in rows(clients - f, 3)] + [[9 + v for v in r] for r in rows(f, 3)]
        left, selected, theta = list(range(clients)), [], clients - 2 * f
        while len(selected) < theta:
            scores = krum_scores([updates[i] for i in left], f) if len(left) > 1 else [0.0]
            best = left[min(range(len(left)), key=lambda i: (scores[i], i))]
            selected.append(best)
            left.remove(best)
        expected = []
        for column in zip(*(updates[i] for i in selected)):
            middle = median(column)
            expected.append(math.fsum(sorted(column, key=lambda v: (abs(v - middle), v))[:theta - 2 * f]) / (theta - 2 * f))
        yield {"updates": updates, "f": f, "paper": {"selected": selected, "expected": expected}}


def geometric_median():
    for weights in [[1, 1, 1, 1, 1], [3, 1, 4, 1, 5, 9]]:
        updates = rows(len(weights) - 1, 3) + [[50 + v for v in row(3)]]
        trace = [mean(updates, weights)]
        for _ in range(4):
            pull = [w / max(1e-6, math.sqrt(distance(trace[-1], u))) for w, u in zip(weights, updates)]
            trace.append(mean(updates, pull))
        yield {"updates": updates, "weights": weights, "rfa_trace_nu1e_6_R4": trace}


def fedbuff():
    for eta in (1.0, 0.25):
        x, deltas, staleness = row(3), rows(4, 3), [0, 0, 2, 5]
        factors = [1 / math.sqrt(1 + t) for t in staleness]
        yield {"x": x, "deltas": deltas, "staleness": staleness, "eta_g": eta,
               "expected": [a + eta / 4 * math.fsum(s * d[j] for s, d in zip(factors, deltas)) for j, a in enumerate(x)]}


def qfedavg():
    for q, rate in [(0.0, 0.1), (0.5, 0.1), (2.0, 0.05)]:
        x, losses = row(4), [round(rng.uniform(0.2, 3), 3) for _ in range(3)]
        local, inverse = [[a + 0.1 * b for a, b in zip(x, row(4))] for _ in range(3)], 1 / rate
        top, bottom = [0.0] * 4, 0.0
        for y, loss in zip(local, losses):
            g = [inverse * (a - b) for a, b in zip(x, y)]
            top = [a + loss ** q * b for a, b in zip(top, g)]
            bottom += q * loss ** (q - 1) * math.fsum(b * b for b in g) + inverse * loss ** q
        yield {"global_model": x, "local": local, "losses": losses, "q": q, "client_lr": rate,
               "expected": [a - b / bottom for a, b in zip(x, top)]}


def fault_tolerant():
    for results, failures in itertools.product((1, 3), (0, 1, 2, 7)):
        yield {"results": results, "failures": failures, "min_rate": 0.4, "commit": results / (results + failures) >= 0.4}


groups = {f.__name__: list(f()) for f in (
    fedavg, hierarchical_mean, fedavgm, fedmedian, trimmed_mean, krum_multikrum, bulyan, geometric_median, fedbuff, qfedavg, fault_tolerant)}
groups["fedadam"] = [adaptive("adam", 0.1, 0.9, 0.99, 1e-3, 1e-6), adaptive("adam", 0.02, 0.5, 0.9, 1e-4, 0.0)]
groups["fedyogi"] = [adaptive("yogi", 0.01, 0.9, 0.99, 1e-3, 1e-6), adaptive("yogi", 0.2, 0.0, 0.7, 1e-2, 0.0)]
groups["fedadagrad"] = [adaptive("adagrad", 0.1, 0.0, 0.0, 1e-3, 1e-6), adaptive("adagrad", 0.5, 0.0, 0.0, 1e-1, 0.0)]
print(json.dumps({"vectors": {name: {"cases": cases} for name, cases in sorted(groups.items())}}, indent=1))
