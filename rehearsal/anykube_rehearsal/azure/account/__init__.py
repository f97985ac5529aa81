"""The simulated subscription: its resource types, Azure's rules, and a catalogue of what Azure offers."""
