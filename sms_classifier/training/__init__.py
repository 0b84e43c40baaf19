"""Training: the only rooms that know scikit-learn."""
