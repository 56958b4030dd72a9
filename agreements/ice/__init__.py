"""Reading ICE's workbooks: bytes to rows (parse), rows to agencies and places (match). Pure functions, no Django."""
