"""Azure Resource Manager's JSON: its resources, what they say of a rule, and the expressions that build texts."""
