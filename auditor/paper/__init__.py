"""Papers that a clinic can start from: written as data, filled with what the scan saw, set as Word or Markdown."""
