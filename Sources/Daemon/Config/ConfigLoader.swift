/// Reads the configuration: defaults, the file, `conf.d`, the environment, flags; later ones win.
///
/// Reading is the same for a start, a check and a reload, and changes nothing. It blocks for as long as small local files
/// take to read: call it from a thread of its own, not from the concurrency pool.
package struct ConfigLoader: Sendable {
    private let request: ConfigRequest

    package init(_ request: ConfigRequest) { self.request = request }

    /// Reads everything and reports every mistake that needs no look at the machine.
    package func load() -> ConfigReport {
        let layout = request.layout
        var merger = ConfigMerger(schema: LoadedConfig.schema)
        var syntaxIsGood = true
        var files: [String] = []
        for file in paths(layout, &merger) {
            do {
                guard let document = try document(at: file, layout) else { continue }
                merger.merge(document, file: file)
                files.append(file)
            } catch let problems {
                syntaxIsGood = false
                for problem in problems.list { merger.report(problem) }
            }
        }
        EnvironmentLayer(schema: LoadedConfig.schema).apply(request.environment, to: &merger)
        for override in request.overrides { override.apply(schema: LoadedConfig.schema, to: &merger) }
        return judge(merger, layout: layout, files: files, syntaxIsGood: syntaxIsGood)
    }

    private func judge(
        _ merger: ConfigMerger,
        layout: DirectoryLayout,
        files: [String],
        syntaxIsGood: Bool
    ) -> ConfigReport {
        let loaded: LoadedConfig
        do {
            loaded = LoadedConfig(
                configuration: try Configuration(configValue: merger.tree),
                layout: layout,
                files: files,
                tree: merger.tree,
                origins: merger.origins
            )
        } catch {
            let problem = ConfigProblem(text: "\(error)", origin: .standard)
            return ConfigReport(config: nil, problems: merger.problems + [problem])
        }
        // A value that was refused has its default now: what the section says about it would be a second, wrong message.
        let refused = Set(merger.problems.map(\.path)).filter { !$0.isEmpty }
        var further: [ConfigProblem] = []
        loaded.configuration.collectProblems(at: ConfigPath(), into: &further)
        further.removeAll { problem in refused.contains { problem.path.hasPrefix($0) } }
        if syntaxIsGood { further += TopologyRules.problems(in: loaded, environment: request.environment) }
        return ConfigReport(
            config: loaded,
            problems: merger.problems
                + further.map { $0.origin == nil ? $0.located(at: loaded.place(of: $0.path)) : $0 }
        )
    }

    private func paths(_ layout: DirectoryLayout, _ merger: inout ConfigMerger) -> [String] {
        do {
            let names = try ConfigFile.list(layout.configDropInDirectory, suffix: ".toml")
            return [layout.configFile] + names.map { "\(layout.configDropInDirectory)/\($0)" }
        } catch {
            merger.report(Self.problem(at: error.path, "the folder cannot be read: \(error)"))
            return [layout.configFile]
        }
    }

    private struct Problems: Error {
        let list: [ConfigProblem]
    }

    /// Nil where the main file does not exist and nobody asked for it.
    private func document(at file: String, _ layout: DirectoryLayout) throws(Problems) -> TOMLDocument? {
        let bytes: [UInt8]
        do {
            bytes = try ConfigFile.read(file, sizeBytesMax: TOMLDocument.sizeBytesMax).bytes
        } catch {
            if error.isMissing, file == layout.configFile, !layout.isConfigFileRequired { return nil }
            throw Problems(list: [Self.problem(at: file, "the file cannot be read: \(error)")])
        }
        do {
            return try TOMLDocument(parsing: bytes)
        } catch {
            throw Problems(
                list: error.reasons.map { Self.problem(at: file, $0.text, line: $0.position.line, $0.position.column) }
            )
        }
    }

    private static func problem(at file: String, _ text: String, line: Int = 1, _ column: Int = 1) -> ConfigProblem {
        ConfigProblem(level: .syntax, text: text, origin: .file(path: file, line: line, column: column))
    }
}
