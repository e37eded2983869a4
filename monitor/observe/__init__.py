"""What can be seen of a running worker from outside: metrics of a closed catalogue, and log lines that are events."""
