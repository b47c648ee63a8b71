"""From bytes to rows of text cells, whatever the format, a chunk at a time.

Read `rows` first: what a reader is told and what it gives back. `opening` is the door: it looks at what a file is
(`kinds`, `files`, `limits`) and picks the reader (`delimited`, `jsonlines`, `bulkload`, `spreadsheets`, `parquet`).
`sniffing` finds out how an unknown text file is laid out. Every file is treated as hostile: time, memory and what is
followed are bounded here.
"""
