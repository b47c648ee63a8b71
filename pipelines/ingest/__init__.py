"""From a file as received to a text frame with provenance, and from words to codes.

`readers` turns a file into rows, `profiles` says what its columns mean, `extracts` puts the two together and accounts
for every row, `values` reads the distinct words of a source (dates, ages, genders, nationalities …) into codes.
Nothing here knows the warehouse: frames are handed over by `run.py`.
"""
