"""Several delays in a few words."""


def percentile(values, share):
    """The smallest of them that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def in_words(values):
    """"0.4 s, 0.6 s" where they are few, otherwise the median, the 99th percentile and the longest."""
    if len(values) < 6:
        return ", ".join(f"{value:.1f} s" for value in values)
    return f"p50 {percentile(values, 50):.1f} s, p99 {percentile(values, 99):.1f} s, max {max(values):.1f} s of {len(values)}"
