extension ConfigProblem {
    package static func invalid(_ path: ConfigPath, _ text: String) -> ConfigProblem {
        ConfigProblem(path: path, text: text)
    }

    package static func notPositive(_ path: ConfigPath) -> ConfigProblem {
        invalid(path, "must be greater than zero")
    }

    /// None, or one problem where the value lies outside the range; a number that is not finite lies outside.
    package static func range<Value: Comparable>(
        _ path: ConfigPath,
        _ value: Value,
        _ allowed: ClosedRange<Value>
    ) -> [ConfigProblem] where Value: ConfigRepresentable {
        guard !allowed.contains(value) else { return [] }
        let bounds = [allowed.lowerBound, allowed.upperBound].map { TOMLText.value($0.configValue) }
        return [
            invalid(path, "must be between \(bounds[0]) and \(bounds[1]), found \(TOMLText.value(value.configValue))")
        ]
    }

    /// None, or one problem where a text is empty, too long, or not on one line.
    package static func oneLine(_ path: ConfigPath, _ text: String, bytesMax: Int) -> [ConfigProblem] {
        if text.isEmpty { return [invalid(path, "must not be empty")] }
        if text.utf8.count > bytesMax { return [invalid(path, "must be at most \(bytesMax) bytes long")] }
        return TOMLText.oneLine(text) == text ? [] : [invalid(path, "must not hold control characters or line breaks")]
    }

    /// One problem for each element of a list that has been there before.
    package static func repeated(_ path: ConfigPath, _ values: [String]) -> [ConfigProblem] {
        var seen: Set<String> = []
        return values.enumerated().compactMap { position, value in
            seen.insert(value).inserted
                ? nil : invalid(path.index(position), "\(TOMLText.string(value)) is listed twice")
        }
    }
}
