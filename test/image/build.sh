#!/usr/bin/env bash
# Builds the image with buildah, no registry needed: the base of its first stage is made from Debian packages, once a week,
# and kept in the cache folder (the network is needed for that alone, and for apt to install buildah and mmdebstrap).
# Then looks whether the image is what it should be, and runs it: as its user, with a root that cannot be written.
# Needs root (or sudo). Prints one line per check; fails on the first that does not hold.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
packages=$root/cmake/packages/build
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth
image=localhost/berth:test

if [ "$(id -u)" != 0 ]; then exec sudo "$0" "$@"; fi
"$root/cmake/packages/install.sh" image
# What `make build` compiled on this machine is not compiled again: the same compiler, the same paths below the root.
compiled=$(ccache --get-config cache_dir 2>/dev/null || echo "$cache/ccache")
mkdir -p "$cache" "$compiled"
work=$(mktemp -d)
# chroot needs nothing of the kernel, so that this runs inside a container too.
export BUILDAH_ISOLATION=chroot
in_store() { buildah --root "$cache/image-store" --runroot "$work/run" "$@"; }
clean() {
  set +e # as far as it goes: what ended the script is what counts
  in_store rm --all > /dev/null 2>&1
  in_store rmi --prune > /dev/null 2>&1
  rm -rf "$work"
}
trap clean EXIT
say() { echo "image: $*"; }

# Two at once would take each other's containers away.
exec 9> "$cache/image-store.lock"
flock 9

# Debian, with the packages that the Dockerfile wants, made anew when their list or the week changes.
base=localhost/build-base:$(cat "$packages" "${BASH_SOURCE[0]}" <(date +%G-%V) | sha256sum | cut -c1-16)
if ! in_store inspect --type image "$base" > /dev/null 2>&1; then
  say "making the base from Debian packages (once a week)"
  started=$SECONDS
  if [ -n "$(in_store images --all --quiet)" ]; then in_store rmi --all --force > /dev/null; fi
  apt-config dump | sed -nE '/^Acquire::(http|https)::/p' > "$work/apt.conf"
  without=(--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*'
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/bin/*lto-dump*')
  mmdebstrap --quiet --format=tar --variant=minbase --aptopt="$work/apt.conf" "${without[@]}" \
    --include="$(paste -sd, "$packages")" bookworm "$work/base.tar"
  container=$(in_store from scratch)
  in_store add --quiet "$container" "$work/base.tar" / > /dev/null
  in_store commit --quiet --rm "$container" "$base" > /dev/null
  rm "$work/base.tar"
  say "the base is made ($((SECONDS - started)) s)"
fi

started=$SECONDS
in_store build --quiet --build-arg BUILD_BASE="$base" --build-arg RUNTIME_BASE=scratch \
  --build-arg REVISION="$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
  --volume "$compiled:/ccache" --tag "$image" "$root" > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
say "built ($((SECONDS - started)) s)"

user=$(in_store inspect --type image --format '{{.OCIv1.Config.User}}' "$image")
"$here/check.sh" "$(in_store mount "$(in_store from "$image")")" "$user"
