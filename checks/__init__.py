"""Facts to findings, under a policy and a day.  Pure."""
