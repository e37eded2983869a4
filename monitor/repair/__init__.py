"""Dead letters looked through, and written anew once they are repaired: `fairtrade dead-letters`."""
