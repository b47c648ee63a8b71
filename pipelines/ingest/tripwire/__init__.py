"""Does a file name people: direct identifiers in headings and cells of what would be stored.

Read `identifiers` first. What is looked for is data: `reference/identifiers.toml`, the lists of names and
`name_words.toml`. A find is told by kind, column and row number, never by value.
"""
