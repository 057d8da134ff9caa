import Bus

extension Theme {
    /// Reads a theme's JSON and checks it.
    ///
    /// - Throws: `ThemeError` that names each field that is missing or unfit.
    package init(json: [UInt8]) throws(ThemeError) {
        do {
            self = try EventCodec.decode(Theme.self, from: json)
        } catch {
            throw ThemeError(problems: [Theme.problem(of: error)])
        }
        let problems = problems()
        guard problems.isEmpty else { throw ThemeError(problems: problems) }
    }

    /// Bright letters on dark blue.
    ///
    /// - Throws: `ThemeError`; a test shows that it does not.
    package static func dark() throws(ThemeError) -> Theme { try Theme(json: PackageResources.dark_json) }

    /// Dark letters on white.
    ///
    /// - Throws: `ThemeError`; a test shows that it does not.
    package static func light() throws(ThemeError) -> Theme { try Theme(json: PackageResources.light_json) }

    private static func problem(of error: any Error) -> ThemeProblem {
        guard let error = error as? DecodingError else {
            return ThemeProblem(field: "theme", problem: "cannot be read")
        }
        func field(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context):
            return ThemeProblem(field: field(context.codingPath + [key]), problem: "is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let name = field(context.codingPath)
            return ThemeProblem(field: name.isEmpty ? "theme" : name, problem: context.debugDescription)
        @unknown default: return ThemeProblem(field: "theme", problem: "cannot be read")
        }
    }
}
