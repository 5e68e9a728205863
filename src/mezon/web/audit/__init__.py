"""What was done, by whom, when and why: a chain of records that cannot be changed."""
