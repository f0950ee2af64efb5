"""Prometheus text is read as a dashboard goes by it, and what is no such text is refused."""
import unittest

from harness.exposition import read

TEXT = """# HELP a_total Counts, "quoted" \\\\ and so on.
# TYPE a_total counter
a_total{code="<error>",path="a,b=\\"c\\"}"} 3
a_total{code="200",path=""} 1e+06
# TYPE b_seconds histogram
b_seconds_bucket{verb="GET",le="0.1"} 1
b_seconds_bucket{verb="GET",le="1e-05"} 0
b_seconds_bucket{verb="GET",le="+Inf"} 2
b_seconds_sum{verb="GET"} 0.5
b_seconds_count{verb="GET"} 2
# TYPE c gauge
c 1 1700000000000
"""


class Exposition(unittest.TestCase):
    def test_families_have_their_type_their_labels_and_their_buckets(self):
        found = read(TEXT)
        self.assertEqual(found["a_total"].form(), ("counter", ("code", "path"), ()))
        self.assertEqual(found["b_seconds"].form(), ("histogram", ("verb",), ("1e-05", "0.1", "inf")))
        self.assertEqual(found["c"].form(), ("gauge", (), ()))

    def test_values_of_labels_may_hold_what_separates_them(self):
        self.assertEqual(read(TEXT)["a_total"].values("path"), {"", 'a,b=\\"c\\"}'})
        self.assertEqual(read(TEXT)["a_total"].values("code"), {"200", "<error>"})

    def test_a_bound_reads_alike_however_it_is_written(self):
        one, other = (read(f'# TYPE b histogram\nb_bucket{{le="{bound}"}} 1\n') for bound in ("0.00011390625", "1.1390625e-04"))
        self.assertEqual(one["b"].form(), other["b"].form())

    def test_what_is_no_sample_of_its_family_is_refused(self):
        for text in ("# TYPE a counter\nb 1\n", "a 1\n", "# TYPE a counter\na{x=1\n", TEXT + "# TYPE a_total counter\n",
                     "# TYPE a counter\na one\n"):
            with self.assertRaises(ValueError, msg=text):
                read(text)


if __name__ == "__main__":
    unittest.main()
