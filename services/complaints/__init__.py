"""Complaints about dishonest conduct of public bodies (政务失信投诉举报), from receipt to the file."""
