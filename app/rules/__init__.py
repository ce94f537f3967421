"""The product's rules as pure Python: no Flask, no database, no clock, no input or output."""
