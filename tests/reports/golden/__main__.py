"""`python -m tests.reports.golden`: write the golden files anew; look at the difference before it is committed."""

from __future__ import annotations

from tests.reports.golden import files

for path, text in files():
    path.write_text(text, encoding="utf-8")
