"""What the offices of the demo city publish: invented texts and small real files, the same on every run."""
