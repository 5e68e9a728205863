"""Warehouse: releases and assessments, kept as folders, indexed in the database."""
