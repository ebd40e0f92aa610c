"""Where to walk: one file for each way of walking."""
