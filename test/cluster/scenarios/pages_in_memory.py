"""Every page that says how it is run without a cluster, on the in-memory API server that it starts itself."""
import glob
import os

from harness.page import runs_in_memory
from harness.wait import expect
from harness.walker import ROOT
from walkthrough import walk


def run(cluster):
    pages = []
    for pattern in ("examples/*/*.md", "docs/*.md"):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
            with open(path, encoding="utf-8") as page:
                if runs_in_memory(page.read()):
                    pages.append(os.path.relpath(path, ROOT))
    expect(pages, "no page is for the in-memory API server")
    return walk(cluster, *pages, in_memory=True)
