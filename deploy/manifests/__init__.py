"""What is deployed is checked here without a cluster and without a container engine: `make manifests`."""
