"""What scripts/fuzz.py is made of: good inputs spoilt in many ways, and every parser that reads what others write."""
