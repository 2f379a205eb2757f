"""Every read of the ledger that leaves the app."""

from __future__ import annotations

from doorstep.records.queries.checks import invariants
from doorstep.records.queries.explaining import explain_posting
from doorstep.records.queries.files import (
    FileLine,
    FileYear,
    TrainingFile,
    last_credit_before,
    last_earned_on,
    postings_visible_to,
    training_file_of,
)
from doorstep.records.queries.ledger import YearFigures, figures_by_year, people_of_class, years_of_class
from doorstep.records.queries.pending import PendingLine
from doorstep.records.queries.proofs import Printed, Proof, proof_of, proven

__all__ = [
    "FileLine",
    "FileYear",
    "PendingLine",
    "Printed",
    "Proof",
    "TrainingFile",
    "YearFigures",
    "explain_posting",
    "figures_by_year",
    "invariants",
    "last_credit_before",
    "last_earned_on",
    "people_of_class",
    "postings_visible_to",
    "proof_of",
    "proven",
    "training_file_of",
    "years_of_class",
]
