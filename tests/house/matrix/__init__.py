"""The permission matrix: who may do what where, said once more by a pure oracle and compared with every door."""
