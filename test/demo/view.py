"""What kubectl would print, for those who do not have it."""

import datetime
import unicodedata


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def print_table(rows, indent="", gap=3):
    columns = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell + " " * (columns[i] - width(cell) + gap) for i, cell in enumerate(row[:-1])]
        print(indent + "".join(cells) + row[-1])


def seconds_since(time):
    then = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    return f"{max(0, int((datetime.datetime.now(datetime.timezone.utc) - then).total_seconds()))}s"


def print_pods(pods):
    rows = [("NAME", "STATUS", "NODE")]
    for pod in pods:
        rows.append((pod["metadata"]["name"], pod["status"]["phase"], pod["spec"].get("nodeName", "<none>")))
    print_table(rows)


def print_events(pod, events):
    """The end of `kubectl describe pod`."""
    rows = [("Type", "Reason", "Age", "From", "Message"), ("----", "------", "----", "----", "-------")]
    for event in events:
        age = seconds_since(event.get("eventTime") or event["firstTimestamp"])
        if series := event.get("series"):
            age = f"{seconds_since(series['lastObservedTime'])} (x{series['count']} over {age})"
        source = event.get("reportingComponent") or event.get("source", {}).get("component", "")
        rows.append((event["type"], event["reason"], age, source, event["message"]))
    print(f"\nPod {pod['metadata']['name']}\nEvents:")
    print_table(rows, "  ", 2)
