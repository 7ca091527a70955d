//! The command line: `podls check`, `podls explain`, `podls rules`.
