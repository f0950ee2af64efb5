import json, sys

for step in json.load(sys.stdin)["steps"]:
    for row in step.get("scores", []):
        print(row["node"], row["total"], *(f"{plugin}={score}" for plugin, score in row["plugins"].items()))
