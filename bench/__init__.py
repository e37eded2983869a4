"""`make bench`: the worker against its measures and its peers, from a real broker; docs/bench.md reads the figures."""
