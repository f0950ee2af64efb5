#!/bin/sh
# What these sources are called: version.sh prints their version, `version.sh commit` their commit, `version.sh epoch`
# its time in seconds, which stands in place of today's date in all that is built of it.
#
# The tag decides. On a commit that is tagged v0.1.0, with no file changed, the version is 0.1.0; a tag v0.1.0-rc.1
# makes it 0.1.0-rc.1. Everywhere else it is the number that CMakeLists.txt works towards, and the commit:
# 0.1.0-dev+30da665102, with ".changed" after it where files were changed. Tags of another number than CMakeLists.txt
# has do not count: `make release` refuses them.
#
# An archive of the sources (git archive) has commit, time and tags in cmake/archived.txt.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)

number=$(sed -n 's/^project(berth VERSION \([0-9.]*\) .*/\1/p' "$root/CMakeLists.txt")
if [ -z "$number" ]; then
  echo "version: CMakeLists.txt has no line that begins with project(berth VERSION number" >&2
  exit 1
fi

commit=unknown epoch=0 tags='' changed=''
if [ "$(git -C "$root" rev-parse --show-toplevel 2>/dev/null)" = "$root" ]; then
  if commit=$(git -C "$root" rev-parse --verify --quiet HEAD); then
    epoch=$(git -C "$root" log -1 --format=%ct)
    tags=$(git -C "$root" tag --points-at HEAD)
    [ -z "$(git -C "$root" status --porcelain --untracked-files=no)" ] || changed=.changed
  else
    commit=unknown
  fi
else
  read -r first second names < "$root/cmake/archived.txt"
  case $first in
    *[!0-9a-f]*) ;; # the sources were copied, and git put nothing in
    *)
      commit=$first epoch=$second
      tags=$(echo "$names" | tr ',' '\n' | sed -n 's/^ *tag: //p')
      ;;
  esac
fi
commit=$(echo "$commit" | cut -c1-10) # not git's own short form, which is longer in a clone that has more

version=$number-dev+$commit$changed
if [ -z "$changed" ]; then
  for tag in $tags; do
    case $tag in
      "v$number") version=$number && break ;;
      "v$number-"*) version=${tag#v} ;;
    esac
  done
fi

case ${1:-version} in
  version) echo "$version" ;;
  commit) echo "$commit" ;;
  epoch) echo "$epoch" ;;
  *)
    echo "version: no \"$1\"; there are version, commit, epoch" >&2
    exit 2
    ;;
esac
