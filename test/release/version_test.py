"""What the sources are called, and that all places which say it agree."""
import re
import shutil
import tempfile
import unittest

from sources import ROOT, Sources


class Version(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sources = Sources(folder.name)

    def test_without_a_tag_is_the_next_number_and_the_commit(self):
        self.assertEqual(self.sources.say(), f"1.2.3-dev+{self.sources.commit}")
        self.assertEqual(self.sources.say("commit"), self.sources.commit)
        self.assertEqual(self.sources.say("epoch"), "1767323045")

    def test_is_that_of_the_tag_on_its_commit(self):
        self.sources.git("tag", "v1.2.3-rc.1")
        self.assertEqual(self.sources.say(), "1.2.3-rc.1")
        self.sources.git("tag", "--annotate", "--message=-", "v1.2.3")
        self.assertEqual(self.sources.say(), "1.2.3")

    def test_is_no_release_where_a_file_was_changed_or_a_commit_came_after_the_tag(self):
        self.sources.git("tag", "v1.2.3")
        (self.sources.folder / "CMakeLists.txt").write_text("project(berth VERSION 1.2.3 LANGUAGES CXX)\n")
        self.assertEqual(self.sources.say(), f"1.2.3-dev+{self.sources.commit}.changed")
        self.sources.git("commit", "--quiet", "--all", "--message=second")
        self.assertEqual(self.sources.say(), f"1.2.3-dev+{self.sources.git('rev-parse', 'HEAD')[:10]}")

    def test_is_not_taken_from_a_tag_of_another_number(self):
        for tag in ("v1.2.4", "v1.2", "1.2.3", "v1.2.3x"):
            self.sources.git("tag", tag)
        self.assertEqual(self.sources.say(), f"1.2.3-dev+{self.sources.commit}")

    def test_is_known_to_an_archive_of_the_sources(self):
        for tags, version in (((), f"1.2.3-dev+{self.sources.commit}"), (("other", "v1.2.3"), "1.2.3")):
            for tag in tags:
                self.sources.git("tag", tag)
            with tempfile.TemporaryDirectory() as where:
                archive = self.sources.archived(where)
                self.assertEqual(self.sources.say(folder=archive), version)
                self.assertEqual(self.sources.say("epoch", folder=archive), "1767323045")

    def test_of_files_that_git_does_not_know_has_no_commit(self):
        shutil.rmtree(self.sources.folder / ".git")
        self.assertEqual(self.sources.say(), "1.2.3-dev+unknown")
        self.assertEqual(self.sources.say("epoch"), "0")


class Number(unittest.TestCase):
    def test_is_the_same_in_all_files_that_have_it(self):
        number = re.search(r"^project\(berth VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
        chart = (ROOT / "charts/berth/Chart.yaml").read_text()
        self.assertEqual(re.search(r"^version: (\S+)", chart, re.MULTILINE)[1], number)
        self.assertEqual(re.search(r'^appVersion: "(\S+)"', chart, re.MULTILINE)[1], number)
        self.assertEqual(re.search(r"^## (\d[^ ,]*)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1], number)
        self.assertIn(f'image: "berth:{number}"', (ROOT / "deploy/berth.yaml").read_text())
        self.assertIn(f"berth=REGISTRY/berth:{number}", (ROOT / "README.md").read_text())
