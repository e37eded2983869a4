"""What stands before the topics: stamping as a gateway does, producing files, and a simulated province."""
