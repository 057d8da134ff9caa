import Glibc

/// How many files and connections this process may have open.
enum FileDescriptorLimit {
    /// `nil` where it is not known, or there is none.
    static var current: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max else {
            return nil
        }
        return Int(clamping: limit.rlim_cur)
    }
}
