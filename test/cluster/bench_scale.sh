#!/usr/bin/env bash
# Measures berth on clusters of up to 100,000 nodes with the API server in memory, and writes its section of docs/benchmarks.md
# where `--write FILE` says so. `--help` lists what can be chosen. It takes about 6 GiB of memory.
# BERTH and MEMORY_API_SERVER name the executables; by default those of the preset `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release=$here/../../build/release
exec /usr/bin/python3 "$here/bench_scale.py" --berth "${BERTH:-$release/berth}" --memory-api-server "${MEMORY_API_SERVER:-$release/memory_api_server}" "$@"
