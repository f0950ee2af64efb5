# Sourced by what builds with buildah, with `root` set to the folder of the sources, as root: a store of images in the
# cache folder, and in it the base for the Dockerfile's first stage, made from Debian packages, so that no registry is
# needed.
#
# Sets `work`, a folder that is removed at the end, and these functions:
#   in_store COMMAND...           buildah, on that store
#   build_image TAG SOURCES ...   the image of SOURCES, further arguments are buildah's
#   unpacked TAG                  a folder with the files of that image
: "${root:?}"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth

"$root/cmake/packages/install.sh" image
# What `make build` compiled on this machine is not compiled again: the same compiler, the same paths below the root.
# With FRESH=1 all is.
compiled=$(ccache --get-config cache_dir 2> /dev/null || echo "$cache/ccache")
work=$(mktemp -d)
if [ -n "${FRESH:-}" ]; then compiled=$work/ccache; fi
mkdir -p "$cache" "$compiled"
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

# Debian, with the packages that the Dockerfile wants, made anew when their list or the week changes. The licences of
# its packages are kept: the image has those of its own files.
make_base() {
  local packages without container started=$SECONDS old
  packages=$(cat "$root"/cmake/packages/{build,release})
  base=localhost/build-base:$({ echo "$packages"; declare -f make_base; date +%G-%V; } | sha256sum | cut -c1-16)
  if in_store inspect --type image "$base" > /dev/null 2>&1; then return; fi
  say "making the base from packages of Debian 12 (once a week)"
  old=$(in_store images --format '{{.Name}}:{{.Tag}}' | grep "^localhost/build-base:" || true)
  if [ -n "$old" ]; then in_store rmi --force $old > /dev/null; fi
  apt-config dump | sed -nE '/^Acquire::(http|https)::/p' > "$work/apt.conf"
  without=(--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright'
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*'
    --dpkgopt='path-exclude=/usr/bin/*lto-dump*')
  mmdebstrap --quiet --format=tar --variant=minbase --aptopt="$work/apt.conf" "${without[@]}" \
    --include="$(paste -sd, <<< "$packages")" bookworm "$work/base.tar"
  container=$(in_store from scratch)
  in_store add --quiet "$container" "$work/base.tar" / > /dev/null
  in_store commit --quiet --rm "$container" "$base" > /dev/null
  rm "$work/base.tar"
  say "the base is made ($((SECONDS - started)) s)"
}
make_base

version=$("$root/cmake/version.sh") epoch=$("$root/cmake/version.sh" epoch)
# Where the sources are published: SOURCE, or where they were cloned from.
source_url=${SOURCE:-$(git -C "$root" remote get-url origin 2> /dev/null | grep '^https://' || true)}
build_image() {
  local tag=$1 sources=$2 started=$SECONDS labels
  shift 2
  labels=(--label "org.opencontainers.image.created=$(date --utc --date="@$epoch" +%Y-%m-%dT%H:%M:%SZ)")
  if [ -n "$source_url" ]; then labels+=(--label "org.opencontainers.image.source=$source_url"); fi
  in_store build --quiet --build-arg BUILD_BASE="$base" --build-arg RUNTIME_BASE=scratch --build-arg VERSION="$version" \
    --build-arg REVISION="$(git -C "$root" rev-parse HEAD 2> /dev/null || "$root/cmake/version.sh" commit)" --build-arg SOURCE_DATE_EPOCH="$epoch" \
    --timestamp "$epoch" --identity-label=false --build-arg CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" \
    "${labels[@]}" --volume "$compiled:/ccache" --tag "$tag" "$@" "$sources" > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
  say "built $tag ($((SECONDS - started)) s)"
}
unpacked() { in_store mount "$(in_store from "$1")"; }
