"""Executables made with the protections of a release, and without one of them each: test/image/hardening.py tells."""
import os
import pathlib
import platform
import subprocess
import tempfile
import unittest

import hardening

PROGRAM = """#include <array>
#include <cstring>
int main(int argc, char** argv) {
  char line[64];
  std::strcpy(line, argv[argc - 1]);
  std::array<int, 4> some{};
  return line[std::strlen(line) - 1] + some[static_cast<std::size_t>(argc)];
}
"""
# As in cmake/options.cmake, and what GCC does by itself on Debian.
FLAGS = ("-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fPIE -pie "
         "-Wl,-z,relro,-z,now,-z,noexecstack").split()
ON_X86 = ["-fcf-protection=full", "-Wl,-z,ibt,-z,shstk"]
WITHOUT = {
    "position-independent": ["-fno-pie", "-no-pie"], "relocations read-only": ["-Wl,-z,norelro"], "bound at start": ["-Wl,-z,lazy"],
    "stack not executable": ["-Wl,-z,execstack"], "no search path for libraries": ["-Wl,-rpath,/somewhere"],
    "stack protector": ["-fno-stack-protector"], "fortified calls": ["-U_FORTIFY_SOURCE"],
    "checks of the standard library": ["-U_GLIBCXX_ASSERTIONS"],
}


class Hardening(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "program.cpp").write_text(PROGRAM)

    def missing(self, *flags):
        """What is found missing in the program, compiled with these flags."""
        executable = self.folder / "program"
        subprocess.run([os.environ["COMPILER"], *flags, self.folder / "program.cpp", "-o", executable], check=True)
        return [name for name, there in hardening.protections(hardening.readelf(executable)) if not there]

    def test_of_a_release_is_complete(self):
        on_x86 = ON_X86 if platform.machine() == "x86_64" else []
        self.assertEqual(self.missing(*FLAGS, *on_x86), [])

    def test_names_each_protection_that_was_left_out(self):
        for name, flags in WITHOUT.items():
            with self.subTest(name):
                self.assertIn(name, self.missing(*FLAGS, *flags))

    @unittest.skipUnless(platform.machine() == "x86_64", "of this processor alone")
    def test_names_branches_and_shadow_stack_where_the_marks_are_missing(self):
        missing = self.missing(*FLAGS, "-fcf-protection=none")
        self.assertIn("indirect branches tracked", missing)
        self.assertIn("shadow stack", missing)
