"""Rules about what a file says of the detection rule around a query.  Their offsets are those of the file."""
