"""Infrastructure as code: the resources that Bicep and Terraform files declare, and the queries in them.

``tree`` and ``shapes`` are what both languages are read into, ``values`` follows names, ``calls`` are their functions,
``search`` finds the rules.  ``bicep`` and ``terraform`` say how each language reads and what its declarations mean.
"""
