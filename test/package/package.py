#!/usr/bin/env python3
"""The installed package, used as a stranger would: package.py BUILD SOURCES [--sanitize WHICH]

Installs BUILD into an empty folder; looks whether what it says to compilers is about that folder alone; compiles each installed
header by itself; builds and tests copies of the projects in examples/ against it, which may include no other header; and has
the random scheduler place a pod on the installed API server.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
from one_pod import place_one_pod

PROJECTS = ("random-scheduler", "write-a-plugin")
# What no user's compiler is to be told.
PRIVATE = (r"[\s\";]-[Wf]\w+", r"_FORTIFY_SOURCE", r"_GLIBCXX_ASSERTIONS", r"INTERFACE_COMPILE_OPTIONS", r"berth_build")


class Failure(Exception):
    """What does not hold, in a line or with a program's output."""


def run(*command):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failure(f"$ {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def expect(holds, what):
    if not holds:
        raise Failure(what)


class Package:
    def __init__(self, given):
        self.sources = given.sources
        self.work = given.build / "package"
        self.prefix = self.work / "installed"
        self.flags = [f"-DCMAKE_PREFIX_PATH={self.prefix}", "-G", "Ninja", "-Wno-dev"]
        if shutil.which("ccache"):
            self.flags.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
        extra = f"-fsanitize={given.sanitize}" if given.sanitize else ""
        self.flags.append(f"-DCMAKE_CXX_FLAGS={extra}")
        shutil.rmtree(self.work, ignore_errors=True)
        run("cmake", "--install", given.build, "--prefix", self.prefix)

    def headers(self):
        root = self.prefix / "include" / "berth"
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def has_what_lies_directly_in_scoring(self):
        there = {name for name in self.headers() if name.startswith("scoring/")}
        sdk = {f"scoring/{path.name}" for path in (self.sources / "scoring").glob("*.hpp")}
        expect(there == sdk, f"installed and not directly in scoring/: {sorted(there - sdk)}; there and not installed: {sorted(sdk - there)}")

    def says_nothing_private(self):
        package, = self.prefix.glob("lib*/**/cmake/berth")
        for file in package.iterdir():
            text = file.read_text()
            expect(str(self.sources) not in text, f"{file.name} names the source folder")
            for pattern in PRIVATE:
                found = re.search(pattern, text)
                expect(not found, f"{file.name} would pass on {found and found[0]}")

    def project(self, name, folder, *flags):
        """Configures and builds it, and returns its build folder."""
        build = self.work / f"{name}-build"
        run("cmake", "-S", folder, "-B", build, *self.flags, *flags)
        run("cmake", "--build", build, "-j", "2")
        return build

    def each_header_compiles_alone(self):
        folder = self.work / "headers"
        folder.mkdir()
        names = []
        for header in self.headers():
            names.append(header.replace("/", "_") + ".cpp")
            (folder / names[-1]).write_text(f'#include "{header}"\n#include "{header}"\n')
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(headers LANGUAGES CXX)\nfind_package(berth REQUIRED)\n"
            "foreach(target scoring controller)\n  if(NOT TARGET berth::${target})\n    message(FATAL_ERROR ${target})\n"
            f"  endif()\nendforeach()\nadd_library(headers OBJECT {' '.join(names)})\n"
            "target_link_libraries(headers PRIVATE berth::controller)\n")
        self.project("headers", folder)

    def stranger(self, name):
        """A copy of the example, alone in a folder, built and tested. Returns its build folder."""
        folder = self.work / name
        shutil.copytree(self.sources / "examples" / name, folder)
        own = {path.name for path in folder.iterdir()}
        for path in sorted(folder.glob("*.?pp")):
            for header in re.findall(r'^#include "(.*)"', path.read_text(), re.MULTILINE):
                expect(header in own or header in self.headers(), f"{name}/{path.name} includes {header}, which is not installed")
        build = self.project(name, folder, "-DCMAKE_BUILD_TYPE=Debug")
        run("ctest", "--test-dir", build, "--output-on-failure")
        return build


def speaks_for_itself(program):
    name = program.name
    expect(run(program, "version").startswith(f"{name}, built on berth "), run(program, "version"))
    help_text = run(program, "--help")
    expect(help_text.startswith(f"{name}: a Kubernetes scheduler") and f"\n  {name} --config" in help_text
           and f"`{name} COMMAND --help`" in help_text and "\n  berth " not in help_text, help_text)
    wrong = subprocess.run([program, "runn"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    expect((wrong.returncode, wrong.stderr) == (2, f'{name}: unknown command "runn"; did you mean "run"?\n'), wrong.stderr)


def draws_lots(program, folder):
    """Each feasible node is the best one for some seed, the one without room for none; and a seed is a seed."""
    config = (folder / "scheduler.yaml").read_text()

    def verdict(seed):
        file = folder / f"seed-{seed}.yaml"
        file.write_text(config + f"    pluginConfig:\n      - {{name: RandomNode, args: {{seed: {seed}}}}}\n")
        said, = json.loads(run(program, "explain", "--cluster", folder / "cluster.yaml", "--config", file, "-o", "json"))
        return said["best"], {node["name"] for node in said["nodes"] if node["feasible"]}

    chosen = {name for seed in range(20) for name in verdict(seed)[0]}
    expect(chosen == {"node-1", "node-3"}, f"20 seeds chose {chosen}")
    expect(all(verdict(7) == verdict(7) for _ in range(3)), "the same seed chose differently")
    wrong = folder / "wrong.yaml"
    wrong.write_text(config + "    pluginConfig:\n      - {name: RandomNode, args: {sead: 1}}\n")
    refused = subprocess.run([program, "explain", "--cluster", folder / "cluster.yaml", "--config", wrong],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
    expect(refused.returncode == 2 and "pluginConfig[0].args.sead" in refused.stderr, f"a typo passed: {refused}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("sources", type=pathlib.Path)
    parser.add_argument("--sanitize", default="")
    given = parser.parse_args()
    given.build, given.sources = given.build.resolve(), given.sources.resolve()
    try:
        package = Package(given)
        package.says_nothing_private()
        package.has_what_lies_directly_in_scoring()
        package.each_header_compiles_alone()
        expect(run(package.prefix / "bin" / "berth", "version").startswith("berth "), "bin/berth does not tell its version")
        for name in PROJECTS:
            program = package.stranger(name) / "my-scheduler"
            speaks_for_itself(program)
        program, folder = package.work / "random-scheduler-build" / "my-scheduler", package.work / "random-scheduler"
        draws_lots(program, folder)
        place_one_pod(package.prefix / "bin" / "memory_api_server", program, folder / "scheduler.yaml", package.work)
    except Failure as why:
        print(why)
        return 1
    print(f"{len(package.headers())} headers, {len(PROJECTS)} projects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
