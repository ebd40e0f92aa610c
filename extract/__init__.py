"""Bytes to facts: what stands on a page, and what a portal is made of.  Pure."""
