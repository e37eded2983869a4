"""How large an installation must be, reckoned from what the bench measured."""
