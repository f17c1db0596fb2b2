#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes every change that eng/mutants.txt lists, one at a time, and fails unless the named tests notice each.

It works on a copy of the files as they are here, in a temporary folder. Arguments, if any, choose the mutants whose file, fragment or
tests contain one of them. The list has one mutant a paragraph:

    src/Part/File.cs             the file
    - code                       the fragment that is replaced, which stands in the file once; white space between its lines is all alike
    + code                       the replacement; none removes the fragment
    killed by Core Class.Method  the test project and parts of the full names of tests, or
    equivalent: reason           why no test can notice the change, which is not made then, only looked for
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIST = os.path.join(ROOT, "eng", "mutants.txt")
BUILD_SECONDS, TEST_SECONDS = 300, 180
NO_TESTS = 8  # the exit code of the test platform


class Mutant:
    def __init__(self, lines):
        self.file, *_, self.verdict = lines
        old = [line[2:].strip() for line in lines if line.startswith("- ")]
        self.fragment = re.compile(r"\s+".join(re.escape(line) for line in old))
        self.new = "\n".join(line[2:] for line in lines if line.startswith("+ "))
        self.name = f"{os.path.basename(self.file)}: {' '.join(old)[:60]} -> {' '.join(self.new.split())[:60] or 'nothing'}"
        killed = re.fullmatch(r"killed by (\w+)((?: \S+)+)", self.verdict)
        if not old or not (killed or re.fullmatch(r"equivalent: .+", self.verdict)):
            raise ValueError("this paragraph of eng/mutants.txt is no mutant:\n" + "\n".join(lines))
        self.project, self.tests = (killed[1], killed[2].split()) if killed else (None, [])

    def read(self, folder):
        """Returns the path and the text of the file; None when the fragment does not stand there once."""
        path = os.path.join(folder, self.file)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            text = file.read()
        return (path, text) if len(self.fragment.findall(text)) == 1 else None


def read_list():
    with open(LIST, encoding="utf-8") as file:
        text = "".join(line for line in file if not line.startswith("#"))
    return [Mutant(paragraph.split("\n")) for paragraph in re.split(r"\n{2,}", text.strip())]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def copy_sources(folder):
    names = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.split("\0"):
        if os.path.isfile(os.path.join(ROOT, name)):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, name), os.path.join(folder, name))


def run(folder, command, seconds):
    """Returns the exit code and the output of a command; -1 as the code when it did not end in time."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        return -1, process.communicate()[0]


def build(folder, project):
    # A mutant may leave something unused: only errors of the language count. No build server outlives this.
    return run(
        folder,
        ["dotnet", "build", f"tests/Tributary.{project}.Tests", "--nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false",
         "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false"],
        BUILD_SECONDS)


def test(folder, project, tests):
    name = f"Tributary.{project}.Tests"
    filters = [argument for part in tests for argument in ("--filter-method", f"*{part}*")]
    return run(folder, [f"artifacts/bin/{name}/debug/{name}", *filters], TEST_SECONDS)[0]


def check_baseline(folder, mutants):
    """Builds what is there and runs all named tests, which have to exist and to pass."""
    for project in sorted({mutant.project for mutant in mutants if mutant.project}):
        code, output = build(folder, project)
        if code != 0:
            sys.exit(f"The tests of {project} do not build without a change:\n{output}")
        for part in sorted({part for mutant in mutants if mutant.project == project for part in mutant.tests}):
            code = test(folder, project, [part])
            if code != 0:
                sys.exit(f"{project} {part}: {'there is no such test' if code == NO_TESTS else 'fails without a change'}.")


def judge(folder, mutant):
    found = mutant.read(folder)
    if found is None:
        return "does not apply"
    if mutant.project is None:
        return "equivalent"
    path, text = found
    write(path, mutant.fragment.sub(lambda _: mutant.new, text))
    try:
        code, output = build(folder, mutant.project)
        if code != 0:
            print(output)
            return "does not build"
        return "survived" if test(folder, mutant.project, mutant.tests) == 0 else "killed"
    finally:
        write(path, text)


def main():
    mutants = [m for m in read_list() if not sys.argv[1:] or any(a in f"{m.file} {m.name} {m.verdict}" for a in sys.argv[1:])]
    results = []
    with tempfile.TemporaryDirectory(prefix="tributary-mutants-") as folder:
        copy_sources(folder)
        check_baseline(folder, mutants)
        for mutant in sorted(mutants, key=lambda m: m.project or ""):
            began = time.monotonic()
            results.append(judge(folder, mutant))
            print(f"{time.monotonic() - began:5.1f} s  {results[-1]:14}  {mutant.name}", flush=True)
    print(", ".join(f"{results.count(result)} {result}" for result in sorted(set(results))))
    return 0 if results and {"killed", "equivalent"}.issuperset(results) else 1


sys.exit(main())
