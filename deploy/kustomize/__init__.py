"""A plain base for kustomize, rendered from the chart."""
