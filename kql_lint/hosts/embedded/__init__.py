"""Files written for people, with queries in between: fenced code of Markdown, and the cells of Jupyter notebooks."""
