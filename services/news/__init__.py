"""The news: gathering, importing, judging and reviewing it."""
