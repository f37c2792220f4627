use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex, whether or not a panic has poisoned it: no change of what is behind one is ever left half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
