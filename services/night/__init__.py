"""A night: all portals of a city, watched by itself, and what may be believed of it."""
