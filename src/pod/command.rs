//! What a container runs, and whether it stays in the foreground.
