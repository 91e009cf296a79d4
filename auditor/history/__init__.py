"""History: what became of every finding over many runs, and why a verdict moved.

with History.open(path) as history: history.record(assessment, snapshot=folder, ...)
"""
