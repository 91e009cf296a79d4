"""What a scan costs: requests, seconds, processor time and memory, beside the least that its request plan allows.

`make bench` runs the usual cells; `python -m benchmarks --help` says how to run others. The simulated clinic is served by a process
of its own, and each scan is a whole `auditor scan` in another, with start-up, judging and reports. Both share this machine's
processors, so the seconds are those of a machine that also plays the provider.
"""
