//! The `podls` command.
fn main() {}
