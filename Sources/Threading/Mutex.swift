#if TSAN
@_exported import Synchronization
import Glibc

/// `Synchronization.Mutex` built on a pthread mutex, for thread-sanitizer builds only.
///
/// The sanitizer cannot see the futex inside the standard mutex and reports races that are not there; it does
/// understand pthreads. This declaration shadows the re-exported one in every module that imports `Threading`.
public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // Proof for `@unchecked`: both pointers are set once, and `value` is touched only between lock and unlock.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    public init(_ value: consuming sending Value) {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }

    public borrowing func withLockIfAvailable<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result? {
        guard pthread_mutex_trylock(lock) == 0 else { return nil }
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }
}
#else
@_exported import Synchronization
#endif
