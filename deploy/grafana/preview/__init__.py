"""A page that draws what the queries of a board answered: to look at a board where no Grafana is at hand."""
