#!/bin/sh
# same_time.sh FOLDER: everything in it bears the time of the commit, SOURCE_DATE_EPOCH, so that what is packed of it is
# the same whenever it is built.
set -eu
find "$1" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:?}" {} +
