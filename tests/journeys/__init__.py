"""The journeys of those who work with the console: a package, so that its browser is closed after its last test."""
