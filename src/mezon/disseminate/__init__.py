"""Disseminate: assessments become files that others can use."""
