"""Analyse: a release becomes an assessment, and every claim gets its verdict."""
