"""States of stacks that are in use: a later program must be able to take them over without a replacement."""
