"""The documentation site: pages copied from the checkout and pages made from what the program declares."""
