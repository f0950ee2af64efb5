#!/usr/bin/env bash
# A million pods and some ten thousand cut connections through berth and the API server in memory (about 25 minutes, most of it
# waiting); `--help` lists what can be chosen. BERTH and MEMORY_API_SERVER name the executables; by default those of the preset
# `release`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release=$here/../../build/release
exec /usr/bin/python3 "$here/endurance.py" --berth "${BERTH:-$release/berth}" --memory-api-server "${MEMORY_API_SERVER:-$release/memory_api_server}" "$@"
