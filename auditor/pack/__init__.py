"""The evidence pack: one archive for a period that says what was seen, by whom accepted and attested, sealed and chained."""
