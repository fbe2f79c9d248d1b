"""What is done for a job, one step per file."""
