"""What banks tell (ISO 20022 camt.053 and camt.054), read as a stream. Knows no Django."""
