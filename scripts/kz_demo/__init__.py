"""The parts of scripts/make_kz_demo.py: chance, kinds, places, bodies, their numbers and their money."""
