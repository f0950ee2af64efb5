#!/usr/bin/env python3
"""The tests of what `make release` is made of: run.py COMPILER"""
import os
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "packaging"), os.path.join(ROOT, "test", "image")]

if __name__ == "__main__":
    os.environ["COMPILER"] = sys.argv[1] if len(sys.argv) > 1 else "g++"
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.discover(HERE, "*_test.py"))
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
