import Daemon
import Testing

/// The `[trends]` section, and what a provider needs to be searched with.
@Suite struct TrendsConfigTests {
    private func problems(_ text: String) throws -> [String] {
        try ConfigFixture().load(text).errors.map(\.description)
    }

    @Test(arguments: [
        "usd_per_day_max = \"0\"", "usd_per_day_max = \"0.25\"", "usd_per_day_max = \"12.5\"\nusd_per_search = \"0.5\"",
        "allowed_accounts = [\"a\", \"B_2\"]", "excluded_accounts = [\"someone\"]", "days_back = 0",
    ])
    func `these are good`(text: String) throws {
        #expect(try problems("[trends]\n\(text)") == [])
    }

    @Test(arguments: [
        ("poll_seconds = 0.5", "poll_seconds"), ("search_seconds = 0", "search_seconds"),
        ("stale_after_seconds = 0", "stale_after_seconds"), ("days_back = 31", "days_back"),
        ("usd_per_day_max = \"five\"", "usd_per_day_max"), ("usd_per_day_max = \"-1\"", "usd_per_day_max"),
        ("usd_per_day_max = \"0.2\"", "usd_per_day_max"), ("usd_per_search = \"0\"", "usd_per_search"),
        ("usd_per_search = \"0.00001\"", "usd_per_search"),
        ("allowed_accounts = [\"@a\"]", "allowed_accounts"), ("allowed_accounts = [\"a b\"]", "allowed_accounts"),
        ("allowed_accounts = [\"a\", \"a\"]", "allowed_accounts"),
        ("allowed_accounts = [\"a\"]\nexcluded_accounts = [\"b\"]", "excluded_accounts"),
        ("excluded_accounts = [\(("abcdefghijk").map { "\"\($0)\"" }.joined(separator: ", "))]", "excluded_accounts"),
    ])
    func `these are named with their key`(text: String, key: String) throws {
        let found = try problems("[trends]\n\(text)")
        #expect(found.count == 1 && found.allSatisfy { $0.contains("trends.\(key)") }, "\(found)")
    }

    @Test func `only a provider that speaks like xAI can search`() throws {
        #expect(try problems("[llm.providers.local]\nsearches = true") == [])
        let found = try problems("[llm.providers.anthropic]\nsearches = true")
        #expect(found.count == 1 && found.allSatisfy { $0.contains("llm.providers.anthropic.searches") }, "\(found)")
        #expect(Configuration().llm.providers.filter(\.value.searches).map(\.key) == ["xai"])
    }
}
