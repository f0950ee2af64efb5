#!/usr/bin/env python3
"""clang-tidy over sources, with a build folder's compile commands: tidy.py build/dev [-j N] FILE...

Prints what it finds; the exit code is 1 where there is anything. A file that was clean is not looked at again as long as
nothing changes that it is made of: the file, what it includes of the tree, its command, .clang-tidy, clang-tidy itself. So a run
that was stopped goes on where it was. (Of the system's headers nothing is remembered: remove build/dev/tidy after they changed.)
"""
import argparse
import concurrent.futures
import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-19"


@dataclasses.dataclass
class Outcome:
    clean: int
    remembered: int  # of those that are clean
    found: int  # files with findings


def look(folder, files, jobs):
    folder = pathlib.Path(folder).resolve()
    commands = {os.path.relpath(entry["file"], ROOT): entry for entry in json.loads((folder / "compile_commands.json").read_text())}
    outcome = Outcome(0, 0, 0)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        looks = [pool.submit(look_at, folder, file, commands.get(file)) for file in files]
        for done in concurrent.futures.as_completed(looks):
            text, remembered = done.result()
            outcome.clean += not text
            outcome.remembered += remembered
            outcome.found += bool(text)
            if text:
                print(text, flush=True)
    return outcome


def look_at(folder, file, command):
    """(what is found, whether that was known from earlier)"""
    stamp = folder / "tidy" / f"{file}.clean"
    key = key_of(file, command)
    if key and stamp.exists() and stamp.read_text() == key:
        return "", True
    done = subprocess.run([TIDY, "--quiet", "--extra-arg=-Wno-error", "-p", folder, file], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        return done.stdout.strip() or f"{file}: exit code {done.returncode}", False
    if key:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key)
    return "", False


def key_of(file, command):
    """Of all that the verdict depends on; None where it cannot be told."""
    if command is None:
        return None
    words = shlex.split(command["command"])
    compiler = next(i for i, word in enumerate(words) if re.search(r"(c|g|clang)\+\+[-\d]*$", word))
    asked = subprocess.run([*words[compiler:words.index("-o")], "-M", "-MT", "it", ROOT / file], cwd=command["directory"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if asked.returncode:
        return None
    included = {os.path.realpath(os.path.join(command["directory"], name)) for name in
                asked.stdout.partition(":")[2].replace("\\\n", " ").split()}
    parts = [version(), digest(str(ROOT / ".clang-tidy")), command["command"]]
    parts += [f"{name} {digest(name)}" for name in sorted(included) if name.startswith(f"{ROOT}/") and not name.endswith(".gch")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.cache
def version():
    return subprocess.run([TIDY, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout


@functools.cache
def digest(name):
    return hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="a build folder")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    outcome = look(options.folder, [os.path.relpath(os.path.abspath(file), ROOT) for file in options.files], options.jobs)
    print(f"{outcome.clean} clean, {outcome.remembered} of them since an earlier run; {outcome.found} with findings")
    return int(outcome.found > 0)


if __name__ == "__main__":
    sys.exit(main())
