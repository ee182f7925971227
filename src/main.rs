//! The entry of the one binary.

fn main() {}
