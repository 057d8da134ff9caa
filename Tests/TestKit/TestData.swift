import Foundation

/// Real recordings, which are kept beside the project and not in it.
package enum TestData {
    package static let folder: String = {
        if let given = ProcessInfo.processInfo.environment["CRYPTOCALL_TEST_DATA"] { return given }
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/../shared/data"
    }()

    package static func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + path) }
}
