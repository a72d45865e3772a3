"""Statements of settlements as files: CSV, PDF, and the links that they lie under."""
