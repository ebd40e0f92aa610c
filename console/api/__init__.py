"""The JSON API of the console, one file per noun."""
