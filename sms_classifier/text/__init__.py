"""Clean text with a way back, words, and n-grams."""
