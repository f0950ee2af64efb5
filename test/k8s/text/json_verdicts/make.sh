#!/bin/sh
# Writes verdicts.jsonl anew: what Go says of each text of texts.py. Needs Go 1.26.
set -eu
cd "$(dirname "$0")"
verdicts=$(mktemp)
trap 'rm -f "$verdicts"' EXIT
python3 texts.py | go run . > "$verdicts"
cat "$verdicts" > verdicts.jsonl
wc -l verdicts.jsonl
