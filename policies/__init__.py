"""The CrossGuard pack: checks that stop a bad stack before it exists. Its rules are still to come."""
