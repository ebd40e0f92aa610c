"""Tables: the life of a round of evaluation."""
