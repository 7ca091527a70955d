//! The process that started the server.

use rustix::process::Pid;

/// Ends this process when that one has ended, as LSP asks for with the `processId` of `initialize`. The end of the input usually comes
/// first; but it never comes where a child of a crashed editor still holds the pipe.
///
/// A process that is not there counts for nothing: an editor outside of the server's container gives a number that means nothing inside.
pub fn watch(id: u32) {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    let Some(watched) = id.and_then(find) else { return };
    std::thread::spawn(move || {
        if has_ended(&watched) {
            std::process::exit(1);
        }
    });
}

#[cfg(target_os = "linux")]
fn find(id: Pid) -> Option<rustix::fd::OwnedFd> {
    rustix::process::pidfd_open(id, rustix::process::PidfdFlags::empty()).ok()
}

/// Waits for its end. False if that can't be waited for.
#[cfg(target_os = "linux")]
fn has_ended(watched: &rustix::fd::OwnedFd) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(watched, PollFlags::IN)], None)).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn find(id: Pid) -> Option<Pid> {
    (rustix::process::test_kill_process(id) != Err(rustix::io::Errno::SRCH)).then_some(id)
}

/// There is no telling but by looking from time to time.
#[cfg(not(target_os = "linux"))]
fn has_ended(watched: &Pid) -> bool {
    while find(*watched).is_some() {
        std::thread::sleep(std::time::Duration::from_secs(5));
    }
    true
}
