"""Formulas: a closed vocabulary, and the values of many sides for every unit and period at once.

What may be said (``vocabulary``, ``derived``, ``checking``) needs no query engine, so nothing is imported
here: a command or a page that only reads definitions must not wait for one.
"""
