"""A storefront of plain HTML on another origin: it knows the sample shop by its REST API only."""
