"""What may be shown: from true counts to protected tables.

`protect` is the only bridge. It hides small counts, then enough others, then lets `attack` try to work the hidden ones
out from everything that will be published, and refuses to release what does not hold. This is the provisional rule:
one-way tables of one period; anything else is refused.
"""
