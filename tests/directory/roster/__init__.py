"""Tests of roster imports."""
