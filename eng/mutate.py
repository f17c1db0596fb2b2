#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes every change that eng/mutants.txt lists, one at a time, and fails unless the named tests notice each.

It works on a copy of the files as they are here, in a temporary folder. Arguments, if any, choose the mutants whose file, fragment or
verdict contain one of them; with --check, the list alone is checked, against the code and the tests. One mutant is one paragraph:

    src/Part/File.cs             the file
    - code                       the fragment that is replaced, which stands in the file once; white space between its lines is all alike
    + code                       the replacement; none removes the fragment
    killed by Core Class.Method  the test project and the beginnings of the names of tests, or
    equivalent: reason           why no test can notice the change, which is not made then
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD_SECONDS, TEST_SECONDS = 300, 180
TESTS_FAILED, OUT_OF_TIME = 2, -1  # exit codes: that of the test platform, and ours


class Mutant:
    def __init__(self, lines):
        self.file, self.verdict = lines[0], lines[-1]
        old = [line[2:].strip() for line in lines if line.startswith("- ")]
        self.fragment = re.compile(r"\s+".join(re.escape(line) for line in old))
        self.new = "\n".join(line[2:] for line in lines if line.startswith("+ "))
        self.name = f"{os.path.basename(self.file)}: {' '.join(old)[:60]} -> {' '.join(self.new.split())[:60] or 'nothing'}"
        killed = re.fullmatch(r"killed by (\w+)((?: \S+)+)", self.verdict)
        if not old or not (killed or re.fullmatch(r"equivalent: .+", self.verdict)):
            sys.exit("This paragraph of eng/mutants.txt is no mutant:\n" + "\n".join(lines))
        self.project, self.tests = (killed[1], killed[2].split()) if killed else (None, [])


def read_list(arguments):
    text = "".join(line for line in (ROOT / "eng/mutants.txt").open(encoding="utf-8") if not line.startswith("#"))
    mutants = [Mutant(paragraph.split("\n")) for paragraph in re.split(r"\n{2,}", text.strip())]
    return [m for m in mutants if not arguments or any(a in f"{m.file} {m.name} {m.verdict}" for a in arguments)]


def check(mutants):
    """Fails unless each fragment stands in its file once and each named test exists."""
    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/*.Test*/**/*.cs"))
    faults = []
    for mutant in mutants:
        path = ROOT / mutant.file
        count = len(mutant.fragment.findall(path.read_text(encoding="utf-8"))) if path.exists() else 0
        if count != 1:
            faults.append(f"{mutant.name}: the fragment stands in the file {count} times")
        for test in mutant.tests:
            owner, _, method = test.partition(".")
            if not re.search(rf"\bclass {owner}\b", tests) or not re.search(rf"\b{method}\w*\(", tests):
                faults.append(f"{mutant.name}: there is no test {test}")
    if not mutants or faults:
        sys.exit("\n".join(faults) or "No mutant is chosen.")


def copy_sources(folder):
    names = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def run(folder, command, seconds):
    """Returns the exit code and the output of a command; -1 as the code when it did not end in time."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        return OUT_OF_TIME, process.communicate()[0]


def build(folder, project):
    # A mutant may leave something unused: only errors of the language count. No build server outlives this.
    return run(
        folder,
        ["dotnet", "build", f"tests/Tributary.{project}.Tests", "--nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false",
         "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false"],
        BUILD_SECONDS)


def test(folder, project, tests):
    name = f"Tributary.{project}.Tests"
    filters = [argument for part in tests for argument in ("--filter-method", f"*.{part}*")]
    return run(folder, [f"artifacts/bin/{name}/debug/{name}", *filters], TEST_SECONDS)


def judge(folder, mutant):
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    path.write_text(mutant.fragment.sub(lambda _: mutant.new, text), encoding="utf-8")
    try:
        code, output = build(folder, mutant.project)
        if code != 0:
            print(output)
            return "does not build"
        code = test(folder, mutant.project, mutant.tests)[0]
        return "survived" if code == 0 else "killed" if code in (TESTS_FAILED, OUT_OF_TIME) else f"tests ended with {code}"
    finally:
        path.write_text(text, encoding="utf-8")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    mutants = read_list(arguments)
    check(mutants)
    if "--check" in sys.argv:
        return 0
    results = collections.Counter(equivalent=sum(mutant.project is None for mutant in mutants))
    with tempfile.TemporaryDirectory(prefix="tributary-mutants-") as name:
        folder = pathlib.Path(name)
        copy_sources(folder)
        for project in sorted({mutant.project for mutant in mutants if mutant.project}):
            of_project = [mutant for mutant in mutants if mutant.project == project]
            code, output = build(folder, project)
            if code == 0:
                code, output = test(folder, project, sorted({t for mutant in of_project for t in mutant.tests}))
            if code != 0:
                sys.exit(f"{project} fails without a change:\n{output}")
            for mutant in of_project:
                began = time.monotonic()
                result = judge(folder, mutant)
                results[result] += 1
                print(f"{time.monotonic() - began:5.1f} s  {result:14}  {mutant.name}", flush=True)
    print(", ".join(f"{count} {result}" for result, count in sorted(results.items())))
    return 0 if results.keys() <= {"killed", "equivalent"} else 1


sys.exit(main())
