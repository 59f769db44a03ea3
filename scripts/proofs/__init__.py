"""What the service must bear, tried on a real one: bounded in time, on this machine alone, in a home of its own.

Each prints a table and ends with 1 where a law is broken; docs/proofs.md says what each shows.
"""
