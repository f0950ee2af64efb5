#!/usr/bin/env bash
# Builds the image with buildah, no registry needed: the base is made from Debian packages and kept in the cache folder.
# Then looks whether the image is what it should be, and runs it. Needs root (or sudo); installs buildah and mmdebstrap.
# Prints one line per check; fails on the first that does not hold.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
packages=$root/cmake/packages/build
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth
image=localhost/berth:test
largest=40 # MiB, unpacked

if [ "$(id -u)" != 0 ]; then exec sudo "$0" "$@"; fi
"$root/cmake/packages/install.sh" image
# What `make build` compiled on this machine is not compiled again: the same compiler, the same paths below the root.
compiled=$(ccache --get-config cache_dir 2>/dev/null || echo "$cache/ccache")
mkdir -p "$cache" "$compiled"
work=$(mktemp -d)
# chroot needs nothing of the kernel, so that this runs inside a container too.
export BUILDAH_ISOLATION=chroot
in_store() { buildah --root "$work/store" --runroot "$work/run" "$@"; }
trap 'in_store rm --all > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
say() { echo "image: $*"; }

# Debian, with the packages that the Dockerfile wants, made anew when their list or a week changes.
base=$cache/image-base-$(cat "$packages" <(date +%G-%V) | sha256sum | cut -c1-16).tar
if [ ! -f "$base" ]; then
  say "making the base from Debian packages (once a week)"
  rm -rf "$cache"/image-base-*.tar "$cache"/image-base-*.tar.new
  apt-config dump | grep -E '^Acquire::(http|https)::' > "$work/apt.conf" || true
  mmdebstrap --quiet --format=tar --variant=minbase --aptopt="$work/apt.conf" --include="$(paste -sd, "$packages")" bookworm "$base.new"
  mv "$base.new" "$base"
fi
started=$SECONDS
container=$(in_store from scratch)
in_store add --quiet "$container" "$base" / > /dev/null
in_store commit --quiet --rm "$container" localhost/build-base > /dev/null
say "the base is imported ($((SECONDS - started)) s)"

started=$SECONDS
in_store build --quiet --build-arg BUILD_BASE=localhost/build-base --build-arg RUNTIME_BASE=scratch \
  --build-arg REVISION="$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
  --volume "$compiled:/ccache" --tag "$image" "$root" > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
say "built ($((SECONDS - started)) s)"

user=$(in_store inspect --type image --format '{{.OCIv1.Config.User}}' "$image")
[ "$user" = 65532:65532 ] || { say "its user is '$user', not 65532:65532"; exit 1; }
mounted=$(in_store mount "$(in_store from "$image")")
size=$(du -sm "$mounted" | cut -f1)
[ "$size" -le "$largest" ] || { say "it is $size MiB, more than $largest"; exit 1; }
for unwanted in bin/sh usr/bin/sh bin/bash usr/bin/apt usr/bin/apt-get; do
  [ ! -e "$mounted/$unwanted" ] || { say "it has $unwanted"; exit 1; }
done
inside() { chroot --userspec=65532:65532 "$mounted" /usr/bin/berth "$@"; }
say "$size MiB, user $user, no shell; $(inside version | head -1)"
# It must not only start, but find its libraries, read files and say what is wrong, as that user.
if said=$(inside run --kubeconfig /nowhere 2>&1); then say "it runs without a kubeconfig"; exit 1; fi
case $said in
  */nowhere*) say "told of a missing kubeconfig: $(head -1 <<< "$said")" ;;
  *) say "a missing kubeconfig is not named: $said"; exit 1 ;;
esac
