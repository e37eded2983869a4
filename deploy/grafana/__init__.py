"""Grafana: boards defined once in two languages, the JSON made from them, and what runs and draws their queries."""
