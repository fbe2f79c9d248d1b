"""What stands in the way of jobs, said on every page that shows some."""
