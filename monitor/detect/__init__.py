"""Detectors: one offence a file or folder, each a registered fold that knows no Kafka, no clock and no log."""
