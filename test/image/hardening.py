#!/usr/bin/env python3
"""Looks in an executable for the protections that it should be built with: hardening.py EXECUTABLE [--not-stripped]

Prints them in one line, or what is missing and fails. cmake/options.cmake says with which flags they come.
"""

import re
import subprocess
import sys


def readelf(executable):
    """What readelf says of it, once per question, as text."""
    def ask(*flags):
        return subprocess.run(["readelf", "--wide", *flags, executable], check=True, capture_output=True, text=True).stdout
    return {"header": ask("--file-header"), "segments": ask("--segments"), "dynamic": ask("--dynamic"), "notes": ask("--notes"),
            "symbols": ask("--dyn-syms"), "sections": ask("--sections")}


def protections(said):
    """(name, whether it is there) of each."""
    segments = re.findall(r"^  (\w+) +(?:0x\w+ ){5}([R ][W ][E ])", said["segments"], re.MULTILINE)
    undefined = " ".join(re.findall(r" UND (\S+)", said["symbols"]))
    yield "position-independent", "Type:" in said["header"] and "DYN" in said["header"] and "PIE" in said["dynamic"]
    yield "relocations read-only", any(kind == "GNU_RELRO" for kind, _ in segments)
    yield "bound at start", re.search(r"BIND_NOW|Flags:.*\bNOW\b", said["dynamic"]) is not None
    yield "stack not executable", any(kind == "GNU_STACK" and "E" not in flags for kind, flags in segments)
    yield "nothing writable and executable", bool(segments) and not any("W" in flags and "E" in flags for _, flags in segments)
    yield "no search path for libraries", not re.search(r"\((RPATH|RUNPATH)\)", said["dynamic"])
    yield "stack protector", "__stack_chk_fail" in undefined
    yield "fortified calls", re.search(r"__\w+_chk\b", undefined.replace("__stack_chk_fail", "")) is not None
    yield "checks of the standard library", "__glibcxx_assert_fail" in undefined
    if "X86-64" in said["header"]:
        yield "indirect branches tracked", re.search(r"x86 feature:.*\bIBT\b", said["notes"]) is not None
        yield "shadow stack", re.search(r"x86 feature:.*\bSHSTK\b", said["notes"]) is not None


def main():
    executable = sys.argv[1]
    said = readelf(executable)
    looked_for = list(protections(said))
    if "--not-stripped" not in sys.argv[2:]:
        looked_for.append(("stripped", ".symtab" not in said["sections"]))
    missing = [name for name, there in looked_for if not there]
    if missing:
        print(f"{executable}: it lacks: {', '.join(missing)}", file=sys.stderr)
        return 1
    print(", ".join(name for name, _ in looked_for))
    return 0


if __name__ == "__main__":
    sys.exit(main())
