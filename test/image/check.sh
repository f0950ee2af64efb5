#!/usr/bin/env bash
# Looks at an unpacked image, and runs what is in it: check.sh FOLDER INSPECTED, a file with what `buildah inspect` says
# of it. As root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1 inspected=$2
largest=30 # MiB

say() { echo "image: $*"; }
fail() { say "$*" >&2; exit 1; }
work=$(mktemp -d)
berth=
clean() {
  if [ -n "$berth" ] && [ -e "/proc/$berth" ]; then kill -KILL "$berth"; fi
  rm -rf "$work"
}
trap clean EXIT

read -r labelled user < <("$here/labels.py" < "$inspected") || exit 1
protections=$("$here/hardening.py" "$folder/usr/bin/berth")
size=$(du -sm "$folder" | cut -f1)
[ "$size" -le "$largest" ] || fail "it is $size MiB, more than $largest"
for unwanted in bin/sh usr/bin/sh bin/bash usr/bin/apt usr/bin/apt-get; do
  [ ! -e "$folder/$unwanted" ] || fail "it has $unwanted"
done
its_own=$(find "$folder" -not -type l \( -user 65532 -o -group 65532 -o -perm /o+w \) | head -3)
[ -z "$its_own" ] || fail "its user could write $its_own"

# The same files, read-only, as that user. Where the kernel refuses such mounts (a container in a container) without:
# that its user can write nothing was seen above.
readonly='mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
if unshare --mount sh -c "$readonly" sh "$folder" 2> /dev/null; then
  root="read-only root"
  enter=(unshare --mount sh -c "$readonly && exec chroot --userspec=$user \"\$@\"" sh "$folder")
else
  root="root that is not its own (this machine allows no read-only mounts)"
  enter=(chroot --userspec="$user" "$folder")
fi
inside() { "${enter[@]}" /usr/bin/berth "$@"; }

version=$(inside version | head -1)
[[ $version == "berth $labelled ("* ]] || fail "its label says $labelled; berth says $version"
unlicensed=$(comm -23 <(ls "$folder/var/lib/dpkg/status.d") <(ls "$folder/usr/share/doc"))
[ -z "$unlicensed" ] || fail "it lacks the licence of" $unlicensed
say "$size MiB, user $user, no shell, $root; $version"
say "$protections"

# It must not only start, but find its libraries, read files and say what is wrong, as that user.
if said=$(inside run --kubeconfig /nowhere 2>&1); then fail "it runs without a kubeconfig"; fi
case $said in
  */nowhere*) say "told of a missing kubeconfig: $(head -1 <<< "$said")" ;;
  *) fail "a missing kubeconfig is not named: $said" ;;
esac

# It lives, with an API server that is not there, and goes when it is told to.
"${enter[@]}" /usr/bin/berth run --master http://127.0.0.1:9 --metrics-bind-address 127.0.0.1:0 --secure-port 0 > "$work/log" 2>&1 &
berth=$!
answer=
for _ in $(seq 100); do
  port=$(sed -n 's/.*Serving probes and metrics" port=\([0-9]*\).*/\1/p' "$work/log")
  if [ -n "$port" ] && exec 3<> "/dev/tcp/127.0.0.1/$port"; then
    printf 'GET /livez HTTP/1.0\r\n\r\n' >&3
    answer=$(head -1 <&3 | tr -d '\r')
    break
  fi
  sleep 0.1
done
[[ $answer == *" 200 "* ]] || fail "/livez answers '$answer'; its log: $(tail -5 "$work/log")"
kill -TERM "$berth"
code=0
wait "$berth" || code=$?
berth=
[ "$code" = 0 ] || fail "told to stop, it exits with $code; its log: $(tail -5 "$work/log")"
say "it lives without an API server and stops when told to"
