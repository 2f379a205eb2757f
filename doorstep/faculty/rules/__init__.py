"""Decisions about teachers, without a database or a clock."""
