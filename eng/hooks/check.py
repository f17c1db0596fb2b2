#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of .pre-commit-config.yaml: check.py json|yaml|large|secrets FILE..."""

import json
import os
import re
import sys

MAX_BYTES = 1 << 20
SECRETS = [
    re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    re.compile(r"(?i)\b(?:password|secret|token|api_?key)\b\s*[:=]\s*[\"'][^\"'\s]{12,}[\"']"),
]


def check_json(path):
    with open(path, encoding="utf-8") as file:
        json.load(file)


def check_yaml(path):
    import yaml

    with open(path, encoding="utf-8") as file:
        list(yaml.safe_load_all(file))


def check_large(path):
    size = os.path.getsize(path)
    if size > MAX_BYTES:
        raise ValueError(f"{size} bytes; expected at most {MAX_BYTES}")


def check_secrets(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if any(pattern.search(line) for pattern in SECRETS):
                raise ValueError(f"line {number} looks like a secret")


def main(kind, paths):
    check = {"json": check_json, "yaml": check_yaml, "large": check_large, "secrets": check_secrets}[kind]
    failed = False
    for path in paths:
        try:
            check(path)
        except Exception as error:
            print(f"{path}: {error}")
            failed = True
    return 1 if failed else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
