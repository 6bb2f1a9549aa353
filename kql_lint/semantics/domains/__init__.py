"""What a column can hold: sets, intervals and forms of strings, and the operators that test them."""
