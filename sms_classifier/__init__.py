"""Tell Chinese debt-collection SMS apart, and say why."""
