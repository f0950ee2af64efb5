#!/usr/bin/python3
"""Draws the pictures of docs/benchmarks.md anew from the figures that are kept in docs/benchmarks/: bench_plots.py PAGE."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import plots  # noqa: E402

if __name__ == "__main__":
    plots.redraw(sys.argv[1])
