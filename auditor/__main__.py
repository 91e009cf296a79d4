"""`python -m auditor` is `auditor`."""

from auditor.cli.main import run

run()
