import CSodium

/// The library libsodium, which has to be set up before its first use.
enum Sodium {
    /// Sets it up once; costs nothing afterwards.
    ///
    /// It fails only where the system gives no random bytes, and nothing of this program is safe there.
    static func start() { isStarted }

    private static let isStarted: Void = {
        precondition(sodium_init() >= 0, "libsodium cannot start: the system gives no random bytes")
    }()
}
