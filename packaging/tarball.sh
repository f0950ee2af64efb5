#!/bin/sh
# tarball.sh FOLDER NAME FILE: packs FOLDER/NAME so that the same files give the same bytes: in order, of nobody in
# particular, and with the time of the commit, SOURCE_DATE_EPOCH. A FILE.tar is not compressed.
set -eu
tar --create --directory="$1" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
  --mtime="@${SOURCE_DATE_EPOCH:?}" "$2" | case $3 in *.tar) cat ;; *) gzip -9 --no-name ;; esac > "$3"
