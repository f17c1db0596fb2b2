#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command of the documentation once, on what is built, and fails when one fails.

Lines of ```sh blocks run as they stand, those of one page in one folder and in their order; a command that the text mentions has to be
one of them or be named below. All of it runs in a network of its own where the system allows one: the documented ports are free there.
"""

import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT_SECONDS = 60

BENCHMARKS = "dotnet run -c Release --project benchmarks/Tributary.Benchmarks"
BRIEF_BENCHMARKS = "dotnet run --no-build --project benchmarks/Tributary.Benchmarks --"

# Commands that do not run here, and why.
DATA_FOLDER = (
    "python3 write_data_folder.py ../../../artifacts/bin/Tributary/release/Tributary.dll ../../../src/Tributary.Protocol/Protos/fedn.proto "
    "data-folder-VERSION")
NOT_RUN = {
    DATA_FOLDER: "needs the server of the version whose folder it writes",
    "cd tests/Tributary.Conformance.Tests/Fixtures": "the same",
    "dotnet build -c Release src/Tributary": "the same",
    ".ci/run": "runs this",
    ".ci/run --full": "runs this",
    "dotnet build Tributary.slnx": "a step of .ci/run",
    "dotnet format Tributary.slnx": "changes files; .ci/run verifies instead",
    "dotnet run --project benchmarks/Tributary.Benchmarks -- all --short": "a step of .ci/run",
    "dotnet test --solution Tributary.slnx": "a step of .ci/run",
    "eng/check-documented-commands.py": "this",
    "eng/install-test-tools.sh": "a step of .ci/run",
    "eng/mutate.py": "takes an hour",
    "eng/mutate.py --check": "a step of .ci/run",
    BENCHMARKS: "takes minutes; a step of .ci/run in short form",
}

# Commands that run in another form, from the root: shorter, or without changing anything.
OTHER_FORM = {
    f"{BENCHMARKS} -- grpc": f"{BRIEF_BENCHMARKS} grpc --short",
    f"{BENCHMARKS} -- rounds": f"{BRIEF_BENCHMARKS} rounds --short",
    f"{BENCHMARKS} -- cold": f"{BRIEF_BENCHMARKS} cold --short",
    f"{BENCHMARKS} -- warm": f"{BRIEF_BENCHMARKS} warm --short",
    f"{BENCHMARKS} -- robust": f"{BRIEF_BENCHMARKS} robust --short",
    f"{BENCHMARKS} -- sessions": f"{BRIEF_BENCHMARKS} sessions --short",
    f"{BENCHMARKS} -- repository": f"{BRIEF_BENCHMARKS} repository --short",
    "dotnet publish src/Tributary": 'dotnet publish src/Tributary -c Debug --no-build -o "$SANDBOX/publish"',
    "dotnet test --project tests/Tributary.Client.Tests": "dotnet test --project tests/Tributary.Client.Tests --no-build --list-tests",
    "dotnet test --project tests/Tributary.Samples.Digits.Tests":
        "dotnet test --project tests/Tributary.Samples.Digits.Tests --no-build --list-tests",
    "./artifacts/bin/Tributary.Core.Tests/debug/Tributary.Core.Tests":
        "./artifacts/bin/Tributary.Core.Tests/debug/Tributary.Core.Tests --list-tests",
    "make install": "make -n install",
    "make test": "make -n test",
    "make test-and-coverage": "make -n test-and-coverage",
}

# What a reader has at that place, and the commands before have not made.
BEFORE = {
    "tributary serve --data data --preload db.dump": "rm -r data",
    "tributary repository import db.dump --data data": "rm db.dump && tributary repository export db.dump --data data && rm -r data",
}

ISOLATED = "--isolated"
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

# Commands that run until they are stopped, and the output that shows that they are ready.
SERVICES = {"tributary serve": "repository  http", "tributary client": "connected"}

# They need the data folder or the ports for themselves: what runs is stopped before.
ALONE = ("tributary serve", "tributary repository")

MENTION = re.compile(r"`((?:dotnet|make|tributary|curl|(?:eng|\.ci|\.)/[^`\s]+)(?: [^`]*)?)`")
PLACEHOLDER = re.compile(r"\s+(?:\[.*|[A-Z]+\b.*)$")


def read_page(path):
    """Returns the commands of a page's sh blocks, and those that its text mentions."""
    commands, mentions, fence = [], [], None
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        for line in file:
            line = line.rstrip()
            if line.startswith("```"):
                fence = None if fence is not None else line[3:]
            elif fence == "sh":
                command = re.sub(r"\s+# .*$", "", line)
                if commands and commands[-1].endswith("\\"):
                    commands[-1] = commands[-1][:-1] + command.lstrip()
                elif command:
                    commands.append(command)
            elif fence is None:
                mentions += [PLACEHOLDER.sub("", found).strip() for found in MENTION.findall(line)]
    return commands, mentions


def plain(command):
    """The two spellings of the executable are one command."""
    return command.replace("dotnet run --project src/Tributary --", "tributary")


class Job:
    """A command that runs."""

    def __init__(self, command, folder, environment):
        self.command = command
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True)

    def output(self):
        # The command writes at the position of the same file: reading must not move it.
        return os.pread(self.log.fileno(), os.fstat(self.log.fileno()).st_size, 0).decode(errors="replace")

    def finish(self):
        """Waits for its end; anything but success is a failure."""
        try:
            code = self.process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.fail(f"did not end within {LIMIT_SECONDS} s")
        if code != 0:
            self.fail(f"ended with {code}")

    def wait_until_it_says(self, ready):
        end = time.monotonic() + LIMIT_SECONDS
        while ready not in self.output():
            if self.process.poll() is not None:
                self.fail(f"ended with {self.process.returncode}")
            if time.monotonic() > end:
                self.fail(f"did not say '{ready}' within {LIMIT_SECONDS} s")
            time.sleep(0.02)

    def stop(self):
        """Asks it to stop, as Ctrl+C does."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.finish()

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def fail(self, what):
        self.kill()
        raise RuntimeError(f"'{self.command}' {what}:\n{self.output()}")


class Sandbox:
    """A folder, and the commands of one page that run in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tributary-commands-")
        self.services = []
        tools = os.path.join(self.folder, ".tools")
        os.mkdir(tools)
        executable = os.path.join(tools, "tributary")
        with open(executable, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec dotnet "{ROOT}/artifacts/bin/Tributary/debug/Tributary.dll" "$@"\n')
        os.chmod(executable, 0o755)
        with open(os.path.join(tools, ".curlrc"), "w", encoding="utf-8") as file:
            file.write("fail\nsilent\nshow-error\n")
        with zipfile.ZipFile(os.path.join(self.folder, "model.zip"), "w") as file:
            file.writestr("weights", "0")
        self.environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "CURL_HOME": tools, "SANDBOX": self.folder}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for service in self.services:
            service.kill()
        shutil.rmtree(self.folder)

    def run(self, command):
        """Runs a command to its end, or until it is ready when it is one that goes on."""
        started = time.monotonic()
        name = plain(command)
        if name.startswith(ALONE):
            self.stop_services()
        if command in BEFORE:
            self.start(BEFORE[command]).finish()
        if command in OTHER_FORM:
            Job(OTHER_FORM[command], ROOT, self.environment).finish()
        elif ready := next((text for service, text in SERVICES.items() if name.startswith(service)), None):
            self.services.append(self.start(command))
            self.services[-1].wait_until_it_says(ready)
        else:
            self.start(command).finish()
        print(f"{time.monotonic() - started:5.1f} s  {command}", flush=True)

    def start(self, command):
        command = command.replace("dotnet run --project ", f"dotnet run --no-build --project {ROOT}/")
        if not is_isolated():
            command = command.replace("0.0.0.0", "127.0.0.1")
        return Job(command, self.folder, self.environment)

    def stop_services(self):
        while self.services:
            self.services.pop().stop()


def is_isolated():
    return ISOLATED in sys.argv


def isolate():
    """Starts over in a network of its own, whose loopback nobody else uses; stays where the system does not allow it."""
    unshare = ["unshare", "--map-root-user", "--net"]
    if is_isolated():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
    elif shutil.which("unshare") and subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        os.execvp("unshare", [*unshare, sys.executable, __file__, ISOLATED])


def main():
    isolate()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts this in the background has it ignored, and so would commands
    print("in a network of its own" if is_isolated() else "on the ports of this machine: no network of its own is allowed here")
    pages = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    contents = {page: read_page(page) for page in pages}
    written = [command for commands, _ in contents.values() for command in commands]
    mentioned = [mention for _, mentions in contents.values() for mention in mentions]
    errors = []
    for page, (commands, mentions) in contents.items():
        others = sorted({mention for mention in mentions if mention in OTHER_FORM})
        try:
            with Sandbox() as sandbox:
                for command in commands + others:
                    if command not in NOT_RUN:
                        sandbox.run(command)
                sandbox.stop_services()
        except RuntimeError as error:
            errors.append(f"{page}: {error}")
        for mention in mentions:
            if mention not in NOT_RUN | OTHER_FORM and not any(f"{plain(command)} ".startswith(f"{mention} ") for command in written):
                errors.append(f"{page}: '{mention}' is mentioned, but no block has it, nor is it named in {os.path.basename(__file__)}.")
    for command in NOT_RUN | OTHER_FORM | BEFORE:
        if command not in written + mentioned:
            errors.append(f"{os.path.basename(__file__)}: '{command}' no longer stands in the documentation.")
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


sys.exit(main())
