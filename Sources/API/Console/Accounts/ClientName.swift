/// What a browser or a program is, in few words, from what it calls itself.
enum ClientName {
    /// In the order in which they are looked for: most browsers also call themselves by the names of others.
    private static let browsers = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Macintosh", "macOS"), ("Linux", "Linux"),
    ]

    /// - Returns: such as `Firefox on Linux`; the text itself for what is no browser that is known.
    static func short(_ userAgent: String) -> String {
        guard userAgent.hasPrefix("Mozilla/5.0 ("), let browser = first(browsers, in: userAgent) else {
            return userAgent
        }
        return first(systems, in: userAgent).map { "\(browser) on \($0)" } ?? browser
    }

    private static func first(_ names: [(mark: String, name: String)], in userAgent: String) -> String? {
        names.first { userAgent.contains($0.mark) }?.name
    }
}
