"""The boards: what they ask, in which words, and how the definition becomes Grafana's classic JSON."""
