"""Riverbend County, generated."""
