//! How the system's allocator treats large blocks.

/// In bytes. Uploads and their compressed forms are larger, the buffers of ordinary requests smaller.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 1024 * 1024;

/// Has large blocks given back to the system as soon as they are freed.
///
/// glibc does that by itself until the first of them is freed, and from then on keeps blocks of up to its
/// size, for each thread: a few uploads would let the process hold several times their size for good. See
/// `M_MMAP_THRESHOLD` in mallopt(3). Other systems' allocators are left as they are.
#[cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    allow(
        unsafe_code,
        reason = "there is no other way to tell glibc, save a variable that must be set before the start"
    )
)]
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: two numbers are all that goes in, and glibc takes its lock.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}
