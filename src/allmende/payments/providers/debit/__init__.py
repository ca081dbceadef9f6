"""SEPA direct debit: what is due is announced, and collected in batches by two persons."""
