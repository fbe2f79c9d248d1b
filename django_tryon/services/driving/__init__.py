"""How a job that has come due gets its next step, and when it comes due again."""
