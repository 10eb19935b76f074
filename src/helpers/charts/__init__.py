"""A finished table in, Axes out: charts by shape, drawn for the width of their figure.

`rows`, `matrix`, `curve` and `flow` are the shapes; `outputs` says which one each output is.
They never compute a result or save a file; draw within `style()`. `svg` writes what was drawn.
"""
