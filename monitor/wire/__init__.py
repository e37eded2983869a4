"""Bytes become values and values become bytes: contracts, decoding, headers, dead letters and client options."""
