"""The gazetteer (地名录): names of places and offices as text, read by the composition root and handed in."""
