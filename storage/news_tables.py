"""Tables: articles, verdicts, events and their reviews."""
