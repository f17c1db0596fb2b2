# SPDX-License-Identifier: Apache-2.0
"""Writes vectors.json: what NumPy makes of data where a known transformation is to make the same. Run with Debian's python3-numpy."""
import json
import sys

import numpy as np

numbers = np.random.default_rng(7)
cases = []


def add(name, steps, data, result):
    show = lambda arrays: [{"shape": list(np.shape(a)), "values": np.ravel(a).tolist()} for a in arrays]
    cases.append({"name": name, "steps": steps, "data": show(data), "result": show(result)})


rows = numbers.normal(0, 1000, (5, 3))
wide = numbers.normal(0, 1000, (6, 4))
cube = numbers.normal(0, 1, (2, 3, 4))
mean = [-1082.6096911969087, -152.6260465746924, -125.43403613436833, 1478.656413757267]
std = [1049.907620444408, 556.0640075934297, 780.0383078816246, 1022.0586009091664]

for axis in (0, 1, 3, -1, -4):
    step = {"id": "basic-expand-dimensions", "parameters": {"axis": axis}}
    add(f"expand_dims {axis}", [step], [cube], [np.expand_dims(cube, axis)])
add("expand_dims of a number", [{"id": "custom.expansion"}], [np.float64(4)], [np.expand_dims(np.float64(4), 0)])
add("normalization", [{"id": "inference_application.custom.basic_norm", "parameters": {}}], [wide], [(wide - np.array(mean)) / np.array(std)])
add("normalization of another width", [{"id": "fall-detection-p2-normalization", "parameters": {"mean": [1, 2, 3, 4], "std": [2]}}],
    [cube], [(cube - np.array([1, 2, 3, 4])) / np.array([2])])
add("rescaling", [{"id": "custom.rescale_values_to_milli_gi", "parameters": {"multiplier": 0.1}}], [cube], [cube * 0.1])
for axis in (0, 1, 2, -1):
    add(f"norm {axis}", [{"id": "custom.compute_vector_length", "parameters": {"axis": axis}}], [cube], [cube, np.linalg.norm(cube, axis=axis)])
for merge, listed in ((1, 1), (0, 0)):
    column = numbers.normal(0, 1, 5 if merge == 1 else 3)
    step = {"id": "custom.merge_as_column", "parameters": {"merge_axis": merge, "list_axis": listed}}
    add(f"merge {merge}", [step], [rows, column], [np.append(rows, np.expand_dims(column, listed), axis=merge)])
for axes in ([2, 0, 1], [1, 0, 2], [0, 1, 2]):
    add(f"transpose {axes}", [{"id": "custom.img_transpose", "parameters": {"axes": axes}}], [cube, cube + 1], [cube.transpose(axes), (cube + 1).transpose(axes)])
labels = numbers.integers(0, 10, 8)
one_hot = np.eye(10)[labels]
add("one hot", [{"id": "categorical_transformation", "parameters": {"categories": 10}}], [cube, labels], [cube, one_hot])
add("one hot of a column", [{"id": "application.tests.categorical_transformation"}], [cube, labels.reshape(8, 1)], [cube, one_hot])

scaled = rows * (8000 / 2048)
merged = np.append(scaled, np.expand_dims(np.linalg.norm(scaled, axis=1), 1), axis=1)
add("fall detection", [{"id": f"custom.{name}"} for name in
    ("rescale_values_to_milli_gi", "compute_vector_length", "merge_as_column", "basic_norm", "expansion")],
    [rows], [np.expand_dims((merged - np.array(mean)) / np.array(std), 0)])

with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(cases, file, indent=0)
    file.write("\n")
