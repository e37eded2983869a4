"""What Prometheus watches of the monitor: definitions of rules in Python, and the files that are made from them."""
