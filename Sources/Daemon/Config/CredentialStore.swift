/// Looks secrets up by name: in the credential folders in order, then in the environment.
///
/// Reading blocks for as long as a small local file takes; do it at start, not on the concurrency pool.
package struct CredentialStore: Sendable {
    private let directories: [String]
    private let environment: [String: String]

    private static let sizeBytesMax = 65_536

    package init(layout: DirectoryLayout, environment: [String: String]) {
        directories = layout.credentialDirectories
        self.environment = environment
    }

    /// The secret, or nil where the configuration names none.
    ///
    /// Line ends after the secret are cut off.
    package func resolve(_ credential: Credential) throws(CredentialError) -> Secret? {
        guard credential.isSet else { return nil }
        if let literal = credential.literal { return literal }
        guard let name = credential.name, Credential.isValid(name: name) else {
            throw CredentialError(name: credential.description, reason: .badName)
        }
        for directory in directories {
            if let secret = try read(name: name, path: "\(directory)/\(name)") { return secret }
        }
        let variable = Self.environmentVariable(for: name)
        if let text = environment[variable], !text.isEmpty { return Secret(text) }
        throw CredentialError(name: name, reason: .notFound(places: directories + ["environment \(variable)"]))
    }

    /// When the secret was last changed, in seconds since 1970; nil for one that comes from no file.
    func modifiedSeconds(_ credential: Credential) -> Int64? {
        guard let name = credential.name, Credential.isValid(name: name) else { return nil }
        return directories.lazy.compactMap { ConfigFile.modifiedSeconds(of: "\($0)/\(name)") }.first
    }

    /// `openai.key` is looked up as `CRYPTOCALL_CREDENTIAL_OPENAI_KEY`.
    package static func environmentVariable(for name: String) -> String {
        EnvironmentLayer.credentialPrefix + EnvironmentLayer.variablePart(name)
    }

    /// Nil where there is no such file; a file that others may read is refused rather than used.
    private func read(name: String, path: String) throws(CredentialError) -> Secret? {
        let content: ConfigFile.Content
        do {
            content = try ConfigFile.read(path, sizeBytesMax: Self.sizeBytesMax)
        } catch {
            if error.isMissing { return nil }
            throw CredentialError(name: name, reason: .unreadable(path: path, cause: error.description))
        }
        guard content.mode & 0o007 == 0 else {
            throw CredentialError(name: name, reason: .openToOthers(path: path, mode: content.mode))
        }
        guard var text = String(validating: content.bytes, as: UTF8.self) else {
            throw CredentialError(name: name, reason: .unreadable(path: path, cause: "it is not UTF-8 text"))
        }
        while let last = text.last, last.isNewline { text.removeLast() }
        guard !text.isEmpty else { throw CredentialError(name: name, reason: .empty(path: path)) }
        return Secret(text)
    }
}

/// Why a secret could not be had; safe to log.
package struct CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case badName
        case notFound(places: [String])
        case unreadable(path: String, cause: String)
        case openToOthers(path: String, mode: UInt32)
        case empty(path: String)
        case tooShort(bytesMin: Int)
    }

    package let name: String
    package let reason: Reason

    package var description: String {
        switch reason {
        case .badName: "\(TOMLText.string(name)) is no credential name"
        case .notFound(let places):
            "credential \(TOMLText.string(name)) was not found in \(places.joined(separator: ", "))"
        case .unreadable(let path, let cause): "\(path) cannot be used: \(cause)"
        case .openToOthers(let path, let mode):
            "\(path) has mode \(String(mode, radix: 8)) and is open to every user: chmod 600 it"
        case .empty(let path): "\(path) is empty"
        case .tooShort(let bytesMin): "\(name) is too short: a secret must have \(bytesMin) bytes or more"
        }
    }
}
