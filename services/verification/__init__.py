"""Whether the evidence is what it was: manifests, files, records, and what the database keeps."""
