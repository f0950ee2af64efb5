#!/usr/bin/env python3
"""Looks at what an image says of itself: labels.py < INSPECTED, what `buildah inspect --type image` prints. Fails where a label is
missing or empty, or where it does not start berth as user 65532. Prints its version, and the user.
"""

import json
import sys

LABELS = ("title", "description", "vendor", "licenses", "version", "revision", "created")
USER = "65532:65532"  # by number, so that runAsNonRoot can tell


def mistakes(config):
    labels = config.get("Labels") or {}
    for name in LABELS:
        if labels.get(f"org.opencontainers.image.{name}", "") in ("", "unknown"):
            yield f"it has no label org.opencontainers.image.{name}"
    for name, value in labels.items():
        if not name.startswith("org.opencontainers.image."):
            yield f"it has the label {name}={value}"
    if config.get("User") != USER:
        yield f"its user is {config.get('User')!r}, not {USER}"
    if config.get("Entrypoint") != ["/usr/bin/berth"] or config.get("Cmd") != ["run"]:
        yield f"it starts {config.get('Entrypoint')} {config.get('Cmd')}"


def main():
    config = json.load(sys.stdin)["OCIv1"]["config"]
    found = list(mistakes(config))
    if found:
        print("image: " + "; ".join(found), file=sys.stderr)
        return 1
    print(config["Labels"]["org.opencontainers.image.version"], config["User"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
