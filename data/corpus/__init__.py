"""The corpus outside the wheel: families by hand become messages, checked and described."""
