//! The demonstration: an invented town, and a simulator that photographs its sheets.
