#!/usr/bin/env python3
"""The bill of materials of an image, in SPDX 2.3: sbom.py --image FOLDER --system FOLDER --headers FILE --version V --commit C
--epoch SECONDS --digest sha256:...

It lists the Debian packages that files of the image are of, with versions and licences, and those whose headers berth was compiled
of. FOLDER after --image is the unpacked image; --system is the root of the Debian that it was built in, whose packages' lists of
files say what is whose. A file of the image that is neither of a package nor made by the build is an error, not left out.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import sys

sys.dont_write_bytecode = True
from licenses import Licenses, fields

# What the build makes (packaging/image_root.sh), and whose it is.
MADE = {"usr/bin/berth": None, "etc/passwd": None, "etc/group": None, "etc/ssl/certs/ca-certificates.crt": "ca-certificates"}
MADE_BELOW = ("usr/share/doc/berth/", "var/lib/dpkg/status.d/")
BERTH = "SPDXRef-berth"


class Failure(Exception):
    """What does not hold, in a line."""


class System:
    """The packages installed below a root, and the files of each."""

    def __init__(self, root):
        self.root = root
        self.packages = {}
        for paragraph in (root / "var/lib/dpkg/status").read_text().split("\n\n"):
            package = fields(paragraph)
            if package.get("Status", "").endswith(" installed"):
                self.packages[package["Package"]] = package
        self.owner = {}
        for listed in sorted((root / "var/lib/dpkg/info").glob("*.list")):
            for path in listed.read_text().splitlines():
                self.owner.setdefault(path.lstrip("/"), listed.stem.split(":")[0])

    def package_of(self, path):
        """Of a path without its first slash. /lib is a link to /usr/lib, and a package may name a file by either; a licence may lie in
        the folder of another package, to which its own is a link."""
        path = os.path.normpath(path)
        licensed = re.fullmatch(r"usr/share/doc/([^/]+)/copyright", path)
        if licensed and licensed[1] in self.packages:
            return licensed[1]
        other = path[len("usr/"):] if path.startswith("usr/") else "usr/" + path
        return self.owner.get(path) or self.owner.get(other)

    def source_of(self, name):
        """What it was built from, and its version there: "Source: gcc-12 (12.2.0-14)"."""
        return self.packages[name].get("Source", name).split(" ")[0]

    def copyright_of(self, name):
        path = self.root / "usr/share/doc" / name / "copyright"
        try:
            return path.read_text(errors="replace")
        except OSError:
            raise Failure(f"{path}: the licence of {name} cannot be read") from None


def packages_in(image, system):
    found = set()
    for path in sorted(each for each in image.rglob("*") if each.is_file() and not each.is_symlink()):
        name = str(path.relative_to(image))
        owner = MADE.get(name, system.package_of(name))
        if owner is None and name not in MADE and not name.startswith(MADE_BELOW):
            raise Failure(f"{name} is in the image and of no package")
        found.add(owner)
    return found - {None}


def packages_compiled_in(headers, system):
    named = {line.strip().lstrip("/") for line in headers.read_text().splitlines() if line.strip()}
    found = {system.package_of(name) for name in named if name.startswith("usr/")}
    if None in found or not found:
        lost = sorted(name for name in named if name.startswith("usr/") and not system.package_of(name))
        raise Failure(f"{lost[0] if lost else headers} is of no package, and was compiled in")
    return found


def debian_package(name, system, licenses):
    package = system.packages[name]
    source = system.source_of(name)
    release = re.search(r"^VERSION_CODENAME=(\w+)", (system.root / "etc/os-release").read_text(), re.MULTILINE)
    # In a package URL + is written as it is, ~ too, and : as %3A.
    version = package["Version"].replace(":", "%3A")
    return {
        "SPDXID": spdx_id(name), "name": name, "versionInfo": package["Version"], "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licenses.of(name, source, system.copyright_of(name)), "copyrightText": "NOASSERTION",
        "sourceInfo": f"built from Debian's source package {source}",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": f"pkg:deb/debian/{name}@{version}?arch={package['Architecture']}"
                                              + (f"&distro={release[1]}" if release else "")}],
    }


def spdx_id(name):
    return "SPDXRef-Debian-" + name.replace("+", ".2B").replace("_", "-")


def own_package(spdx, name, given, purpose, **more):
    return {"SPDXID": spdx, "name": name, "versionInfo": given.version, "supplier": "Organization: The berth authors",
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "Apache-2.0",
            "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION", "primaryPackagePurpose": purpose, **more}


def bill(given):
    system, licenses = System(given.system), Licenses()
    contained, compiled = packages_in(given.image, system), packages_compiled_in(given.headers, system)
    image = own_package("SPDXRef-image", "berth-image", given, "CONTAINER", licenseConcluded="NOASSERTION",
                        checksums=[{"algorithm": "SHA256", "checksumValue": given.digest.removeprefix("sha256:")}])
    berth = own_package(BERTH, "berth", given, "APPLICATION", sourceInfo=f"built from commit {given.commit}")
    debian = [debian_package(name, system, licenses) for name in sorted(contained | compiled)]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image"), ("SPDXRef-image", "CONTAINS", BERTH)]
    relations += [("SPDXRef-image", "CONTAINS", spdx_id(name)) for name in sorted(contained)]
    relations += [(BERTH, "STATIC_LINK", spdx_id(name)) for name in sorted(compiled)]
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"berth-{given.version}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(given.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Organization: The berth authors", "Tool: berth-sbom"]},
        "packages": [image, berth, *debian],
        "relationships": [{"spdxElementId": one, "relationshipType": how, "relatedSpdxElement": other}
                          for one, how, other in relations],
        "hasExtractedLicensingInfos": [{"licenseId": key, "extractedText": text, "name": key.removeprefix("LicenseRef-")}
                                       for key, text in sorted(licenses.texts.items())],
    }
    # A name of its own for each content: of the content.
    content = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    document["documentNamespace"] = f"https://spdx.org/spdxdocs/berth-{given.version}-{content[:32]}"
    return document


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("image", "system", "headers"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    for name in ("version", "commit", "digest"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    try:
        print(json.dumps(bill(parser.parse_args()), indent=1))
    except Failure as why:
        print(f"sbom: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
