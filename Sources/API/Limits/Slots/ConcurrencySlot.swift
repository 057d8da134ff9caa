import Threading

/// A place among those that one subject may have at once; whoever has it gives it back by leaving.
///
/// One that is dropped without leaving leaves by itself.
package final class ConcurrencySlot: Sendable {
    private let onLeave: Mutex<(@Sendable () -> Void)?>

    init(onLeave: @escaping @Sendable () -> Void) { self.onLeave = Mutex(onLeave) }

    deinit { leave() }

    /// Gives the place back; later calls change nothing.
    package func leave() {
        let leaving = onLeave.withLock { state in
            defer { state = nil }
            return state
        }
        leaving?()
    }
}
