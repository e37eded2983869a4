"""The whole system live on one machine, four incidents, and what watchers, pager and boards make of them."""
