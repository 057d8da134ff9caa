import Glibc

/// A system call that failed, and why.
package struct SystemCallError: Error, Hashable, CustomStringConvertible {
    package let call: String
    /// The `errno` value.
    package let code: Int32

    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}
