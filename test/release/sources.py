"""A small git repository, for tests of what reads one."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@a",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}


class Sources:
    """A small repository with the files that say the version, of the number 1.2.3."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "cmake").mkdir()
        (self.folder / "packaging").mkdir()
        for name in ("cmake/version.sh", "cmake/archived.txt", ".gitattributes", "packaging/release.sh"):
            shutil.copy(ROOT / name, self.folder / name)
        (self.folder / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.3, not released yet\n")
        (self.folder / "CMakeLists.txt").write_text('project(berth VERSION 1.2.3 LANGUAGES CXX DESCRIPTION "-")\n')
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message=first")
        self.commit = self.git("rev-parse", "HEAD")[:10]

    def git(self, *words):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | IDENTITY
        return subprocess.run(["git", "-C", self.folder, *words], check=True, capture_output=True, text=True,
                              env=environment).stdout.strip()

    def say(self, *words, folder=None):
        return subprocess.run([(folder or self.folder) / "cmake/version.sh", *words], check=True, capture_output=True,
                              text=True).stdout.strip()

    def archived(self, where):
        packed = subprocess.run(["git", "-C", self.folder, "archive", "HEAD"], check=True, capture_output=True).stdout
        subprocess.run(["tar", "--extract", "--directory", where], input=packed, check=True)
        return pathlib.Path(where)
