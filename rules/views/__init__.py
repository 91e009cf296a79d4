"""Views: joins, inheritance and parsing that several checks need, written and tested once."""
