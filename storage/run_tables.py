"""Tables: immutable score runs, and reviews of findings."""
