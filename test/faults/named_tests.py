#!/usr/bin/env python3
"""Looks whether the tests that docs/reliability.md names are there: in each table whose last column is "test", what stands in quotes
is within the name of a doctest case, and what stands in backquotes is a folder of test/, a scenario, or a test of ctest."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
# Commands, metrics and flags beside the names of tests.
OTHER = re.compile(r"simulation --\w+|make [\w-]+|--[\w-]+|berth_\w+(\{.*\})?|[\w/]+\.(py|cpp)")


def cases():
    """The name of every doctest case."""
    literal = r'"(?:[^"\\]|\\.)*"'
    start = re.compile(rf"TEST_CASE(?:_FIXTURE|_TEMPLATE)?\(\s*(?:\w+,\s*)?((?:{literal}\s*)+)")
    for file in (ROOT / "test").rglob("*.cpp"):
        for found in start.finditer(file.read_text()):
            yield "".join(text[1:-1] for text in re.findall(literal, found[1]))


def last_cells():
    inside = False
    for number, line in enumerate(PAGE.read_text().splitlines(), 1):
        if not line.startswith("|"):
            inside = False
        elif line.endswith("| test |"):
            inside = True
        elif inside and not line.startswith("| ---"):
            yield number, re.split(r"(?<!\\)\|", line)[-2]


def main():
    known = set(cases())
    names = {file.stem for file in (ROOT / "test/cluster/scenarios").glob("*.py")}
    for file in (ROOT / "test").rglob("CMakeLists.txt"):
        names.update(re.findall(r"add_(?:test\(NAME |executable\()(\w+)", file.read_text()))
        names.update("faults_" + run for run in re.findall(r"add_fault_run\((\w+)", file.read_text()))
    wrong = []
    count = 0
    for number, cell in last_cells():
        for quoted in re.findall(r'"([^"]*)"', cell):
            count += 1
            wanted = quoted.removesuffix("...").rstrip()
            if not any(wanted in name for name in known):
                wrong.append(f'{PAGE.name}:{number}: no test is called "{quoted}"')
        for token in re.findall(r"`([^`]*)`", cell):
            count += 1
            if not (token in names or (ROOT / "test" / token).is_dir() or OTHER.fullmatch(token)):
                wrong.append(f"{PAGE.name}:{number}: `{token}` is no folder of test/, scenario or test")
    for line in wrong:
        print(line)
    print(f"{count - len(wrong)} passed, {len(wrong)} failed")
    return int(bool(wrong) or count == 0)


if __name__ == "__main__":
    sys.exit(main())
