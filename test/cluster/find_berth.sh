# Sourced by what runs berth against a real control plane, with `here` set to this folder: installs what that needs, and sets
# `berth` to the executable that BERTH names, by default the one of the preset `release`.
"$here/../../cmake/packages/install.sh" e2e
berth=${BERTH:-$here/../../build/release/berth}
if [ ! -x "$berth" ]; then
  echo "there is no $berth: build it with 'cmake --preset release && cmake --build --preset release', or set BERTH" >&2
  exit 1
fi
berth=$(realpath "$berth")
