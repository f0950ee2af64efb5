"""What a Debian package's copyright file says of licences, as an SPDX expression.

A file in the machine-readable format (DEP 5) has a field "License:" per group of files; they are all joined with AND. A licence that
SPDX has no name for, and a file in words, become a LicenseRef with the text itself.
"""

import re

NAMES = {
    "0bsd": "0BSD", "apache-2.0": "Apache-2.0", "artistic": "Artistic-1.0-Perl", "artistic-1.0": "Artistic-1.0-Perl",
    "artistic-2.0": "Artistic-2.0", "boost-1.0": "BSL-1.0", "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
    "bsl-1.0": "BSL-1.0", "cc0": "CC0-1.0", "cc0-1.0": "CC0-1.0", "expat": "MIT", "isc": "ISC", "mit": "MIT", "mpl-1.1": "MPL-1.1",
    "mpl-2.0": "MPL-2.0", "x11": "X11", "zlib": "Zlib",
}
GNU = re.compile(r"(A?GPL|LGPL|GFDL)-(\d)(\.\d)?(\.0)?(\+?)", re.IGNORECASE)
# By source package: what is in the image of those that Debian describes in words.
IN_WORDS = {"glibc": "LGPL-2.1-or-later", "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1"}
LONGEST = 64 << 10  # characters of a text that is kept


class Licenses:
    """Expressions of packages, and the texts of the LicenseRefs in them."""

    def __init__(self):
        self.texts = {}

    def of(self, package, source, text):
        in_words = IN_WORDS.get(re.sub(r"-\d+$", "", source))
        if not text.startswith("Format:"):
            return in_words or self._reference(package, text)
        paragraphs = [fields(paragraph) for paragraph in re.split(r"\n\s*\n", text)]
        full = {short(each["License"]): each["License"] for each in paragraphs if "License" in each}
        found = set()
        for each in paragraphs:
            if "License" in each and "Files" in each:
                found |= self._terms(short(each["License"]), full, text)
        if not found:
            return self._reference(package, text)
        return " AND ".join(f"({each})" if " OR " in each and len(found) > 1 else each for each in sorted(found))

    def _terms(self, name, full, whole):
        """What is to be joined with AND, of a name such as "BSL-1.0 and Jam" or "Artistic or GPL-1+"."""
        alternatives = [[spdx_name(part) or self._reference(part, full.get(part, full.get(name, whole)))
                         for part in re.split(r",?\s+and\s+", alternative)]
                        for alternative in re.split(r",?\s+or\s+", name)]
        if len(alternatives) == 1:
            return set(alternatives[0])
        return {" OR ".join(" AND ".join(parts) for parts in alternatives)}

    def _reference(self, name, text):
        key = "LicenseRef-Debian-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-")
        if self.texts.setdefault(key, text[:LONGEST]) != text[:LONGEST]:
            number = 2
            while self.texts.setdefault(f"{key}-{number}", text[:LONGEST]) != text[:LONGEST]:
                number += 1
            key = f"{key}-{number}"
        return key


def fields(paragraph):
    """The fields of a paragraph of Debian's control format, each with its further lines."""
    out, name = {}, None
    for line in paragraph.splitlines():
        if line[:1] in (" ", "\t") and name:
            out[name] += "\n" + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            out[name] = value.strip()
    return out


def short(field):
    """The first line of a field License is its name, what follows its text."""
    return field.splitlines()[0].strip() if field.strip() else "unnamed"


def spdx_name(name):
    gnu = GNU.fullmatch(name)
    if gnu:
        return f"{gnu[1].upper()}-{gnu[2]}{gnu[3] or '.0'}-{'or-later' if gnu[5] else 'only'}"
    return NAMES.get(name.lower())
