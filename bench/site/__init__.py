"""How fast the site reads, at 1, 10 and 100 times the record, and Datasette beside it. See bench/README.md."""
