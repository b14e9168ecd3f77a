"""有据 (Youju): answers about Chinese policy texts, each proved by a verbatim quotation."""
