"""The pages of examples/extender-client, as a reader types them: a webhook in Python filters, scores and binds; then `berth
extender` does, for berth."""
from harness.examples import start_everything
from walkthrough import walk

PAGES = ["examples/extender-client/README.md", "docs/extender-client.md"]


def run(cluster):
    start_everything(cluster)
    return walk(cluster, *PAGES)
