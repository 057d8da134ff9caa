import Daemon
import Glibc

/// A home folder of its own for one test, removed at its end.
final class ConfigFixture {
    let home: String

    init() throws {
        var template = Array("/tmp/cryptocall-config-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw Failure(text: "mkdtemp: \(errno)") }
        home = String(cString: path)
        for folder in ["etc", "etc/conf.d", "credentials", "state", "run", "cache"] {
            mkdir("\(home)/\(folder)", 0o700)
        }
    }

    deinit {
        for folder in ["etc/conf.d", "etc", "credentials", "state", "run", "cache", ""] {
            let directory = "\(home)/\(folder)"
            for name in Self.names(directory) { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
    }

    struct Failure: Error {
        let text: String
    }

    var mainFile: String { "\(home)/etc/cryptocall.toml" }

    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws -> String {
        let path = "\(home)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(text: "open \(path): \(errno)") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(text: "write \(path): \(errno)") }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, mode) == 0 else { throw Failure(text: "chmod \(path): \(errno)") }
        return path
    }

    func request(_ flags: [String] = [], environment: [String: String] = [:]) -> ConfigRequest {
        ConfigRequest(
            home: home,
            overrides: flags.compactMap { ConfigOverride(setting: $0) },
            environment: environment,
            workingDirectory: "/"
        )
    }

    func load(_ text: String? = nil, _ flags: [String] = [], environment: [String: String] = [:]) throws -> ConfigReport
    {
        if let text { try write("etc/cryptocall.toml", text) }
        return ConfigLoader(request(flags, environment: environment)).load()
    }

    /// The problems as printed, with the home folder cut out.
    func lines(_ text: String? = nil, _ flags: [String] = [], environment: [String: String] = [:]) throws -> [String] {
        try load(text, flags, environment: environment).problems.map { shorten($0.description) }
    }

    func shorten(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix(home + "/") {
                rest = rest.dropFirst(home.count + 1)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }

    private static func names(_ directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        return names.filter { $0 != "." && $0 != ".." }
    }
}

/// The file as it is shipped.
enum ShippedFile {
    static func text(_ here: String = #filePath) throws -> String {
        let root = here.split(separator: "/").dropLast(4).joined(separator: "/")
        let places: [String] = ["/\(root)/etc/cryptocall.toml", "etc/cryptocall.toml"]
        let path = places.first { access($0, R_OK) == 0 }
        guard let path, let file = fopen(path, "r") else {
            throw ConfigFixture.Failure(text: "etc/cryptocall.toml is not there")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
