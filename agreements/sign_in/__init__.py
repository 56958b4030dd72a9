"""Signing in to the desk: password, then a code from an app; and the same again before rights are given.

address.py  the client's address, by which failures are counted
session.py  what a session remembers: since when, and how lately its owner has shown who he is
factor.py   the second factor of an account: set up, asked for, renewed, taken away
forms.py    the forms in which a code, or password and code, are given
views.py    the pages
"""
