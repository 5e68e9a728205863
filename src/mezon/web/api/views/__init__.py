"""What the API answers: a module for each family of resources, each with its own router."""
