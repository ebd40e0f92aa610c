"""The portals of the demo city, one module for each make."""
