"""Whether outgoing mail and files are checked for patient identifiers."""
