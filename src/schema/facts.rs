//! Our own facts beside the generated table.
