"""The bill of materials of a small folder, and the licences that Debian's copyright files name."""
import argparse
import json
import pathlib
import tempfile
import unittest

import sbom
from licenses import Licenses

FREE = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: someone\nLicense: {}\n"
PACKAGES = {  # name: (version, source, copyright, files)
    "libssl3": ("3.0.19-1~deb12u2", "openssl", FREE.format("Apache-2.0"), ["/usr/lib/x/libssl.so.3"]),
    "libc6": ("2.36-9+deb12u10", "glibc", "In words.", ["/lib/x/libc.so.6"]),
    "ca-certificates": ("20230311", "ca-certificates", FREE.format("MPL-2.0"), ["/usr/sbin/update-ca-certificates"]),
    "libboost1.81-dev": ("1:1.81.0-5", "boost1.81", FREE.format("BSL-1.0 and Jam"), ["/usr/include/boost/asio.hpp"]),
    "libstdc++6": ("12.2.0", "gcc-12", "In words.", ["/usr/lib/x/libstdc++.so.6", "/usr/share/doc/libstdc++6"]),
    "dash": ("0.5", "dash", FREE.format("BSD-3-clause"), ["/bin/dash"]),
}
IMAGE = ["usr/bin/berth", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "lib/x/libssl.so.3", "lib/x/libc.so.6", "usr/share/doc/libstdc++6/copyright",
         "usr/share/doc/berth/copyright", "var/lib/dpkg/status.d/libc6"]


def write(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Bill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        self.image, system = root / "image", root / "system"
        for name in IMAGE:
            write(self.image / name)
        write(system / "etc/os-release", "VERSION_CODENAME=bookworm\n")
        status = [f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nSource: {source}\nVersion: {version}\n"
                  for name, (version, source, _, _) in PACKAGES.items()]
        write(system / "var/lib/dpkg/status", "\n".join(status + ["Package: gone\nStatus: deinstall ok config-files\n"]))
        for name, (_, _, text, files) in PACKAGES.items():
            write(system / f"var/lib/dpkg/info/{name}:amd64.list", "/.\n" + "\n".join(files) + "\n")
            write(system / f"usr/share/doc/{name}/copyright", text)
        self.headers = root / "headers"
        write(self.headers, "/usr/include/boost/../boost/asio.hpp\n/src/k8s/error.hpp\n")
        self.given = argparse.Namespace(image=self.image, system=system, headers=self.headers, version="1.2.3", commit="abc",
                                        digest="sha256:" + "0" * 64, epoch=1767323045)

    def test_lists_what_is_in_the_image_and_what_was_compiled_in(self):
        document = sbom.bill(self.given)
        listed = {each["name"]: each for each in document["packages"]}
        self.assertEqual(set(listed), {"berth-image", "berth", "libssl3", "libc6", "ca-certificates", "libboost1.81-dev",
                                       "libstdc++6"})
        self.assertEqual(listed["libssl3"]["versionInfo"], "3.0.19-1~deb12u2")
        self.assertEqual(listed["libssl3"]["licenseDeclared"], "Apache-2.0")
        self.assertEqual(listed["libboost1.81-dev"]["externalRefs"][0]["referenceLocator"],
                         "pkg:deb/debian/libboost1.81-dev@1%3A1.81.0-5?arch=amd64&distro=bookworm")
        related = {(each["relationshipType"], each["relatedSpdxElement"]) for each in document["relationships"]}
        self.assertIn(("CONTAINS", "SPDXRef-Debian-ca-certificates"), related)
        self.assertIn(("STATIC_LINK", "SPDXRef-Debian-libboost1.81-dev"), related)

    def test_refers_to_nothing_that_it_does_not_have(self):
        document = sbom.bill(self.given)
        there = {each["SPDXID"] for each in document["packages"]} | {"SPDXRef-DOCUMENT"}
        for each in document["relationships"]:
            self.assertLessEqual({each["spdxElementId"], each["relatedSpdxElement"]}, there)
        text = json.dumps(document["packages"])
        self.assertEqual([each["licenseId"] for each in document["hasExtractedLicensingInfos"]], ["LicenseRef-Debian-Jam"])
        self.assertIn("BSL-1.0 AND LicenseRef-Debian-Jam", text)

    def test_is_the_same_each_time_and_has_a_name_of_its_own_for_each_content(self):
        one = sbom.bill(self.given)
        self.assertEqual(one, sbom.bill(self.given))
        self.given.version = "1.2.4"
        self.assertNotEqual(one["documentNamespace"].split("-")[-1], sbom.bill(self.given)["documentNamespace"].split("-")[-1])

    def test_is_refused_where_a_file_is_of_nobody(self):
        write(self.image / "usr/bin/stray")
        with self.assertRaisesRegex(sbom.Failure, "usr/bin/stray is in the image and of no package"):
            sbom.bill(self.given)

    def test_is_refused_where_a_header_is_of_nobody_or_none_is_known(self):
        for headers in ("/usr/include/boost/asio.hpp\n/usr/include/stray.hpp\n", ""):
            write(self.headers, headers)
            with self.assertRaises(sbom.Failure):
                sbom.bill(self.given)


class DebianLicenses(unittest.TestCase):
    def declared(self, name, text=FREE):
        return Licenses().of("one", "one", text.format(name))

    def test_have_the_names_of_spdx(self):
        for debian, spdx in (("Expat", "MIT"), ("GPL-2+", "GPL-2.0-or-later"), ("LGPL-2.1", "LGPL-2.1-only"), ("GPL-2.0+", "GPL-2.0-or-later"),
                             ("Artistic or GPL-1+", "Artistic-1.0-Perl OR GPL-1.0-or-later"), ("BSD-2-clause, and Zlib", "BSD-2-Clause AND Zlib")):
            self.assertEqual(self.declared(debian), spdx)

    def test_of_several_groups_of_files_are_joined_and_alternatives_kept_apart(self):
        text = FREE.format("Expat") + "\nFiles: b\nLicense: GPL-2 or BSL-1.0\n\nFiles: c\nLicense: Expat\n long text\n"
        self.assertEqual(Licenses().of("one", "one", text), "(GPL-2.0-only OR BSL-1.0) AND MIT")

    def test_that_spdx_has_no_name_for_are_given_with_their_text(self):
        licenses = Licenses()
        text = FREE.format("Odd") + "\nLicense: Odd\n Do as you like.\n"
        self.assertEqual(licenses.of("one", "one", text), "LicenseRef-Debian-Odd")
        self.assertIn("Do as you like.", licenses.texts["LicenseRef-Debian-Odd"])
        self.assertEqual(licenses.of("two", "two", FREE.format("Odd") + "\nLicense: Odd\n Do not.\n"), "LicenseRef-Debian-Odd-2")

    def test_in_words_are_given_whole_unless_they_are_known(self):
        licenses = Licenses()
        self.assertEqual(licenses.of("libodd", "odd", "You may."), "LicenseRef-Debian-libodd")
        self.assertEqual(licenses.texts["LicenseRef-Debian-libodd"], "You may.")
        self.assertEqual(licenses.of("libstdc++6", "gcc-12", "Long."), "GPL-3.0-or-later WITH GCC-exception-3.1")
