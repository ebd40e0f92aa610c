"""A round of evaluation from its opening to the archive: its rules, its log, what it leaves to the next."""
