"""What scripts keep in pages that people write."""
import os
import tempfile
import unittest

import written_pages

PAGE = "# Page\n\n## One\n\nwords\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nmore\n\n## Two\n\nkept\n"


class APage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "page.md")
        with open(self.file, "w", encoding="utf-8") as out:
            out.write(PAGE)

    def text(self):
        with open(self.file, encoding="utf-8") as written:
            return written.read()

    def test_has_a_section_replaced_up_to_the_next(self):
        written_pages.replace_section(self.file, "## One", "new\n")
        self.assertEqual(self.text(), "# Page\n\n## One\n\nnew\n\n## Two\n\nkept\n")

    def test_has_a_table_replaced_and_its_words_kept(self):
        written_pages.replace_table(self.file, "| a | b |\n| --- | --- |\n| 3 | 4 |\n| 5 | 6 |\n")
        self.assertEqual(self.text(), PAGE.replace("| 1 | 2 |", "| 3 | 4 |\n| 5 | 6 |"))
        self.assertEqual(written_pages.table(self.file, "| a | b |"), ["| a | b |", "| --- | --- |", "| 3 | 4 |", "| 5 | 6 |"])

    def test_that_lacks_them_stays_as_it_is(self):
        self.assertRaises(ValueError, written_pages.replace_section, self.file, "## Three", "new")
        self.assertRaises(ValueError, written_pages.replace_table, self.file, "| c |\n")
        self.assertEqual(self.text(), PAGE)


if __name__ == "__main__":
    unittest.main()
