"""An account for clouds without an emulator: a process on loopback that keeps what is made, and judges it by rules.

A cloud describes its types (`model.Type`) and its rules (`model.Rule`, each with the document that it is from);
everything else is here.
"""
