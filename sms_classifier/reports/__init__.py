"""Reports for people: what a sender, a supervisor and whoever trains a model look at."""
