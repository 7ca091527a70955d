//! Memory back to the system.

/// So long a block goes back to the system as soon as it is freed: the message that opens a large file, and its text before it is split.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LONG: std::ffi::c_int = 512 << 10;

/// Keeps long blocks apart. glibc otherwise takes the first that is freed as a sign that there will be more, and then puts them among the
/// short ones, from where they do not go back.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub fn prepare() {
    unsafe extern "C" {
        fn mallopt(option: std::ffi::c_int, value: std::ffi::c_int) -> std::ffi::c_int;
    }
    const TRIM_THRESHOLD: std::ffi::c_int = -1;
    const MMAP_THRESHOLD: std::ffi::c_int = -3;
    // SAFETY: glibc's function of this signature may be called at any time from any thread.
    unsafe {
        mallopt(MMAP_THRESHOLD, LONG);
        mallopt(TRIM_THRESHOLD, 2 * LONG);
    }
}

/// Other allocators do that by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn prepare() {}

/// Gives back what was freed. glibc keeps it otherwise: thousands of closed files would hold the process at its peak until it ends.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub fn give_back() {
    unsafe extern "C" {
        fn malloc_trim(pad: usize) -> std::ffi::c_int;
    }
    // SAFETY: glibc's function of this signature may be called at any time from any thread.
    unsafe { malloc_trim(0) };
}

/// Other allocators do that by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
