"""Chengjian 诚鉴: the program."""
