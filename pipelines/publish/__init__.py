"""What a reader gets: briefs, charts, open data, the manifest and the index.

Answers: how is a published figure said (`sentences`, `narrative`), drawn (`charts`, `drawing`, `lint`), laid out
(`page`, `html`), given as data (`opendata`, `manifest`) and put on disk (`release`). Everything here starts from a
`Brief`, which holds protected tables and nothing below them; no true count can be reached. Reads the disk only for
packaged reference files; writes only in `release` and `index`.
"""
