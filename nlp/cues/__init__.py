"""Cues (线索): what is formulaic in the news, one file for each family, listed in ``registry``."""
