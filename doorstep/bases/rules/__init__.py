"""The rules of bases."""
