"""Files that banks take (ISO 20022 pain): debits, payouts. Knows no Django."""
