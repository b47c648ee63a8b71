"""From a file as received to records with provenance, and from words to codes.

`reading` turns bytes into rows of cells, `headings` finds the columns that a profile (`profiles`) names, `extracts`
puts the two together and accounts for every row, `tripwire` looks for people, `values` reads the distinct words of a
source (dates, ages, genders, nationalities …) into codes. Nothing here knows the warehouse: batches are handed over.
"""
