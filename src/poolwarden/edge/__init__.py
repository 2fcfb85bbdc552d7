"""What the edges share: which requests need no token, and what an event may tell of a request."""
