"""Topics and users for the Strimzi operator."""
