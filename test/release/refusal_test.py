"""What `make release` refuses, each in one line, before it builds anything."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from sources import Sources

# What it needs until it asks for root; sudo is not among it.
TOOLS = ("bash", "cut", "date", "dirname", "git", "grep", "head", "realpath", "sed", "sh", "tr")


class Refusal(unittest.TestCase):
    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def setUp(self):
        self.sources = Sources(self.folder())

    def refusal(self, *words, **environment):
        script = self.sources.folder / "packaging/release.sh"
        done = subprocess.run([script, *words], capture_output=True, text=True, env=os.environ | environment)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        return done.stderr.removesuffix("\n")

    def test_is_of_something_that_is_not_committed(self):
        (self.sources.folder / "new").write_text("")
        self.assertEqual(self.refusal(),
                         "release: there are files that are changed or new and not committed; see git status")

    def test_is_of_a_tag_of_another_number_or_without_its_v(self):
        for tag in ("v1.3.0", "1.2.3", "v1.2.3x", "v1.2.3-"):
            self.sources.git("tag", tag)
            self.assertEqual(self.refusal(), f"release: the tag {tag} is neither v1.2.3, the number in CMakeLists.txt, "
                                             "nor v1.2.3-SUFFIX")
            self.sources.git("tag", "--delete", tag)

    def test_is_of_a_changelog_without_its_date(self):
        self.sources.git("tag", "v1.2.3")
        self.assertEqual(self.refusal(), 'release: CHANGELOG.md has no heading "## 1.2.3, " and the date')

    def test_is_of_a_folder_that_is_no_release(self):
        other = self.folder()
        self.assertEqual(self.refusal(other),
                         f"release: {other} is there and has no SHA256SUMS: it is no earlier release")

    def test_is_of_sources_that_are_no_git_repository_of_their_own(self):
        shutil.rmtree(self.sources.folder / ".git")
        self.assertRegex(self.refusal(GIT_CEILING_DIRECTORIES=str(self.sources.folder.parent)),
                         "^release: only what is committed is released; git: fatal: not a git repository[^\n]*$")

    def test_is_of_who_is_not_root_and_has_no_sudo(self):
        tools = self.folder()
        for tool in TOOLS:
            (tools / tool).symlink_to(shutil.which(tool))
        (tools / "id").write_text("#!/bin/sh\necho 1000\n")
        (tools / "id").chmod(0o755)
        self.assertEqual(self.refusal(PATH=str(tools)), "release: it needs root, and there is no sudo")

    def test_is_of_what_is_no_helm(self):
        if os.getuid() != 0:
            self.skipTest("only root gets as far")
        self.assertEqual(self.refusal(HELM="/nowhere").splitlines()[-1], "release: /nowhere is no helm")
