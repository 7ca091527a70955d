//! How a command ends.

use super::Blame;
use super::daemons::Daemon;

/// What leaves the foreground, in a script or in the words.
#[derive(Clone, Debug)]
pub(super) struct Left {
    /// What to underline.
    pub at: Blame,
    pub reach: Reach,
    pub how: How,
}

/// Where something was sent to the background, seen from the end of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The shell's own: `wait` waits for it.
    Own,
    /// In a subshell.
    Subshell,
    /// In a script inside the script: the places say nothing about its text.
    Nested,
}

#[derive(Clone, Debug)]
pub(super) enum How {
    /// `… &`
    Ampersand,
    /// `setsid`, which forks when it leads its process group.
    Setsid,
    /// A daemon; the word that sends it away, counted from the program.
    Daemon(&'static Daemon, Option<usize>),
}

/// How a command, or a list of them, ends.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// Stays for all that is known.
    Runs,
    /// Certainly stays; what holds it.
    Forever(Blame),
    /// Certainly ends soon.
    Ends,
    /// Ends, and leaves something in the background.
    Leaves(Left),
    /// The same, on one of several ways through.
    MayLeave(Left),
}
