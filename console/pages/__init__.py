"""Pages of the console, one file per noun."""
