"""Features of a message, and a model that scores them from plain arrays."""
