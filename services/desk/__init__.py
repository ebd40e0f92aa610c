"""The analyst's desk: cards of findings, decisions about them, the evidence beside them, blind samples."""
