"""Fair Trade Monitor: finds exclusivity coercion and sub-cost pricing in live platform feeds."""

__version__ = "0.1.0"
