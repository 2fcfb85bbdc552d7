"""Hand events and counts to the tools that an application already has, without configuring them for it."""
