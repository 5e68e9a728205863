"""Pages of the audit records."""
