#!/bin/sh
# New random objects in both encodings, decoded and compared: more.sh [SEED [OBJECTS [ELEMENTS]]], with build/dev/k8s_api_test.
# `more.sh renew` writes the pairs that `make test` reads. Needs Go 1.26.
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = renew ]; then
  go run . -seed 1 -objects 3 -elements 2 | gzip -9n > pairs.gz
  exit
fi
pairs=$(mktemp)
trap 'rm -f "$pairs"' EXIT
go run . -seed "${1:-$$}" -objects "${2:-200}" -elements "${3:-3}" > "$pairs"
BERTH_PROTOBUF_PAIRS=$pairs ../../../../build/dev/k8s_api_test -tc='protobuf pairs*'
