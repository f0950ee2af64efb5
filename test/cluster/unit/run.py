#!/usr/bin/env python3
"""Tests of the tests: what reads the pages of the documentation and compares what comes with what they promise."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.dirname(os.path.dirname(HERE))]

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.discover(HERE, "*_test.py")
    result = unittest.TextTestRunner().run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
