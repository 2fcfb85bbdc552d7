"""What the edges share: which requests pass unasked, and what of a request events may tell."""
