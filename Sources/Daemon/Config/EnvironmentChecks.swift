import Glibc
import Identity

/// Whether this machine can run the configuration: folders, files, credentials, addresses.
///
/// Nothing is created or changed; listening addresses are bound for a moment. It blocks on the file system only.
package struct EnvironmentChecks: Sendable {
    private let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    package func problems(in config: LoadedConfig) -> [ConfigProblem] {
        folders(config.layout) + openFiles(config.files) + credentials(config) + namedFiles(config.configuration)
            + listeners(config.configuration)
    }

    private func folders(_ layout: DirectoryLayout) -> [ConfigProblem] {
        [layout.stateDirectory, layout.runtimeDirectory, layout.cacheDirectory].compactMap { directory in
            var place = directory
            // What is missing is made at start: then its nearest existing parent has to be writable.
            while ConfigFile.mode(of: place) == nil, place != "/" {
                let parent = place.split(separator: "/").dropLast().joined(separator: "/")
                place = "/" + parent
            }
            guard ConfigFile.isDirectory(place) else {
                return problem(.error, ConfigPath(), "\(place) is not a folder", .standard)
            }
            guard !ConfigFile.isAccessible(place, W_OK | X_OK) else { return nil }
            let text = place == directory ? "\(directory) is not writable" : "\(directory) cannot be made in \(place)"
            return problem(.error, ConfigPath(), text, .standard)
        }
    }

    private func openFiles(_ files: [String]) -> [ConfigProblem] {
        files.compactMap { file in
            guard let mode = ConfigFile.mode(of: file), mode & 0o002 != 0 else { return nil }
            return problem(
                .warning,
                ConfigPath(),
                "every user may write this file: chmod o-w it",
                .file(path: file, line: 1, column: 1)
            )
        }
    }

    private func credentials(_ config: LoadedConfig) -> [ConfigProblem] {
        let store = CredentialStore(layout: config.layout, environment: environment)
        return Self.credentials(in: config.tree, schema: LoadedConfig.schema, at: ConfigPath()).compactMap {
            path,
            credential -> ConfigProblem? in
            do {
                _ = try store.resolve(credential)
                return age(of: credential, at: path, in: store)
            } catch {
                return problem(.error, path, "\(error)")
            }
        } + tokenKeys(config, store)
    }

    private func tokenKeys(_ config: LoadedConfig, _ store: CredentialStore) -> [ConfigProblem] {
        let settings = config.configuration.identity
        let keys: [(ConfigPath, Credential)] = [
            ("identity.token_key", settings.tokenKey), ("identity.token_key_previous", settings.tokenKeyPrevious),
        ]
        return keys.compactMap { path, credential in
            // What cannot be read has been told already.
            guard let secret = try? store.resolve(credential), let fault = secret.reveal(WeakKey.fault) else {
                return nil
            }
            return problem(.error, path, "the secret \(fault)")
        }
    }

    /// How long a secret may stay the same without a word.
    private static let secretDaysMax: Int64 = 90

    private func age(of credential: Credential, at path: ConfigPath, in store: CredentialStore) -> ConfigProblem? {
        guard let modified = store.modifiedSeconds(credential) else { return nil }
        let days = (Int64(time(nil)) - modified) / 86_400
        guard days > Self.secretDaysMax else { return nil }
        return problem(.warning, path, "this secret has been the same for \(days) days: time for a new one")
    }

    /// The credentials that cannot be had, or have been the same for too long.
    package func credentialProblems(in config: LoadedConfig) -> [ConfigProblem] { credentials(config) }

    /// Every credential of the tree, also those within lists.
    private static func credentials(
        in value: ConfigValue,
        schema: ConfigSchema,
        at path: ConfigPath
    ) -> [(ConfigPath, Credential)] {
        switch (schema, value) {
        case (.credential, .string(let text)): [(path, Credential(text))]
        case (.table(let fields), .table(let values)):
            fields.flatMap { field in
                values[field.name].map { credentials(in: $0, schema: field.schema, at: path.key(field.name)) } ?? []
            }
        case (.list(let element), .array(let values)):
            values.enumerated().flatMap { credentials(in: $1, schema: element, at: path.index($0)) }
        case (.map(let element), .table(let values)):
            values.sorted { $0.key < $1.key }
                .flatMap { credentials(in: $1, schema: element, at: path.key($0)) }
        default: []
        }
    }

    private func namedFiles(_ config: Configuration) -> [ConfigProblem] {
        let files: [(ConfigPath, String)] = [
            ("client.ca_file", config.client.caFile), ("market.replay", config.market.replay),
            ("sentiment.model_file", config.sentiment.modelFile),
        ]
        var problems = files.compactMap { path, file -> ConfigProblem? in
            guard !file.isEmpty, !ConfigFile.isAccessible(file, R_OK) else { return nil }
            return problem(.error, path, "\(file) cannot be read")
        }
        let zone = "/usr/share/zoneinfo/\(config.station.timeZone)"
        if config.station.timeZone != "UTC", ConfigFile.isDirectory("/usr/share/zoneinfo"),
            !ConfigFile.isAccessible(zone, R_OK)
        {
            problems.append(problem(.error, "station.time_zone", "this machine knows no such time zone"))
        }
        return problems
    }

    private func listeners(_ config: Configuration) -> [ConfigProblem] {
        var endpoints: [(ConfigPath, String, Int)] = [("http.port", config.http.listen, config.http.port)]
        for (path, endpoint) in config.zeromq.tcpEndpoints {
            if let address = TCPAddress(endpoint) { endpoints.append((path, address.host, address.port ?? 0)) }
        }
        return endpoints.compactMap { path, host, port in
            switch BindProbe.result(host: host, port: port) {
            case .free, .notProbed: nil
            case .taken:
                problem(
                    .warning,
                    path,
                    "port \(port) is in use, by this station if it is running, otherwise by another program"
                )
            case .refused(let reason): problem(.error, path, "\(host) port \(port) cannot be listened on: \(reason)")
            }
        }
    }

    private func problem(
        _ severity: ConfigProblem.Severity,
        _ path: ConfigPath,
        _ text: String,
        _ origin: ConfigOrigin? = nil
    ) -> ConfigProblem {
        ConfigProblem(severity: severity, level: .environment, path: path, text: text, origin: origin)
    }
}
