"""Tables: what units file and offices supply."""
