"""What became of the specs, from the report that the test binary writes."""
import xml.etree.ElementTree


def specs(file):
    """Yields (name, state, seconds, why it failed) of each spec that ran."""
    for case in xml.etree.ElementTree.parse(file).iter("testcase"):
        if case.get("status") != "skipped" and case.get("name", "").startswith("[It] "):
            failure = case.find("failure")
            if failure is None:
                failure = case.find("error")
            why = "" if failure is None else (failure.get("message") or failure.text or "").strip()
            yield case.get("name")[len("[It] "):], case.get("status"), float(case.get("time", 0)), why

