#!/usr/bin/env python3
"""docs/write-a-plugin.md against the code it teaches: page.py SOURCES

Every block of code in it is, line for line, a part of a file in examples/, which other tests compile and run; and its table of
headers names those that are installed (what cmake/install.cmake lists, and what lies directly in scoring/), and no others: those,
and all that they include. The packages that it has a reader install are those of cmake/packages/plugin.
"""

import pathlib
import re
import sys

EXAMPLES = ("random-scheduler", "write-a-plugin")
CODE = {"cpp", "cmake", "yaml"}


def blocks(page):
    """(first line's number, language, text) of each fenced block."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield page.count("\n", 0, match.start()) + 1, match[1], match[2]


def documented(page):
    """The headers that the page's table rows begin with."""
    return set(re.findall(r"^\| `([\w/]+\.hpp)` \|", page, re.MULTILINE))


def sdk(sources):
    """What lies directly in scoring/ is for others to build on; what lies in the folders below is not."""
    return {f"scoring/{path.name}" for path in (sources / "scoring").glob("*.hpp")}


def installed(sources):
    lists = (sources / "cmake" / "install.cmake").read_text()
    named = {name for files in re.findall(r"FILE_SET HEADERS BASE_DIRS \S+ FILES([^)]*)\)", lists) for name in files.split()}
    return {name for name in named if name.endswith(".hpp")} | sdk(sources)


def mistakes(sources):
    page = (sources / "docs" / "write-a-plugin.md").read_text()
    files = [path.read_text() for folder in EXAMPLES for path in sorted((sources / "examples" / folder).iterdir())]
    taught = list(blocks(page))
    for line, language, text in taught:
        if language in CODE and not any(("\n" + text) in ("\n" + file) for file in files):
            yield f"docs/write-a-plugin.md:{line}: this block is in no file of examples/"
    if sum(language == "cpp" for _, language, _ in taught) < 5:
        yield "docs/write-a-plugin.md: hardly any code was found"
    packages = (sources / "cmake" / "packages" / "plugin").read_text().split()
    if f"\napt-get install {' '.join(packages)}\n" not in page:
        yield "docs/write-a-plugin.md: not the packages of cmake/packages/plugin"
    named, there = documented(page), installed(sources)
    for name in sorted(there - named):
        yield f"{name} is installed and not in docs/write-a-plugin.md"
    for name in sorted(named - there):
        yield f"{name} is in docs/write-a-plugin.md and not installed"
    for name in sorted(there):
        for included in re.findall(r'^#include "(.*)"', (sources / name).read_text(), re.MULTILINE):
            if included not in there:
                yield f"{name} is installed and includes {included}, which is not: see cmake/install.cmake"


def main():
    found = list(mistakes(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
