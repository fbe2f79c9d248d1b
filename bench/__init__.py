"""How fast it is: `make bench`. Every figure is measured beside the thing it is compared with."""
