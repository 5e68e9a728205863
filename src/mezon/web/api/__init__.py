"""The REST API under /api/v1: public releases for anybody, submissions, imports and jobs for programs with a token."""
