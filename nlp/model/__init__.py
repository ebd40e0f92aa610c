"""Linear models that a person can read: the weights are JSON, sorted, with the hash of the corpus they come from."""
