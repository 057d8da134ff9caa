import Drawing
import Picture
import Testing

@Suite struct ThemeTests {
    @Test func `the shipped themes have no problems`() throws {
        let themes = [try Theme.dark(), try Theme.light()]
        #expect(themes.map(\.name) == ["dark", "light"])
        #expect(themes.allSatisfy { $0.problems().isEmpty })
    }

    @Test func `letters that cannot be read on their ground are named`() throws {
        var theme = try Theme.dark()
        theme.colors.textMuted = theme.colors.panel.mixed(with: Color(1, 1, 1), 0.1)
        let fields = theme.problems().map(\.field)
        // On three grounds.
        #expect(fields == ["colors.textMuted", "colors.textMuted", "colors.textMuted"])
        #expect(theme.problems().first?.description.contains("on panel, below 4.5") == true)
    }

    @Test func `every colour of letters is checked`() throws {
        let texts: [(String, WritableKeyPath<Theme.Colors, Color>, KeyPath<Theme.Colors, Color>)] = [
            ("text", \.text, \.panel), ("textMuted", \.textMuted, \.backgroundTop), ("accent", \.accent, \.panel),
            ("rise", \.rise, \.panel), ("fall", \.fall, \.panel), ("stale", \.stale, \.panel),
            ("onPrice", \.onPrice, \.rise), ("onLive", \.onLive, \.live),
            ("captionText", \.captionText, \.captionGround),
            ("captionMark", \.captionMark, \.captionGround), ("codeInk", \.codeInk, \.codeGround),
        ]
        for (name, text, ground) in texts {
            var theme = try Theme.light()
            theme.colors[keyPath: text] = theme.colors[keyPath: ground]
            #expect(theme.problems().contains { $0.field == "colors.\(name)" }, "\(name)")
        }
    }

    @Test func `sizes out of range, transparent grounds and families that are none are named`() throws {
        var theme = try Theme.dark()
        theme.sizes.caption = 0.2
        theme.radii.panel = -1
        theme.spacing.gap = .nan
        theme.colors.panel = theme.colors.panel.opacity(0.5)
        theme.families = []
        #expect(
            Set(theme.problems().map(\.field)) == [
                "sizes.caption", "radii.panel", "spacing.gap", "colors.panel", "families",
            ]
        )
    }

    @Test func `JSON that is no theme is refused with the field that is wrong`() {
        func field(_ json: String) -> String? {
            do {
                _ = try Theme(json: Array(json.utf8))
                return nil
            } catch { return error.problems.first?.field }
        }
        #expect(field("{}") != nil)
        #expect(field("{\"name\": \"x\", \"families\": 3}") == "families")
        #expect(
            field("{\"name\": \"x\", \"families\": [], \"colors\": {\"backgroundTop\": \"red\"}}")
                == "colors.backgroundTop"
        )
        #expect(field("{\"name\": \"x\", \"families\": [], \"colors\": {}}")?.hasPrefix("colors.") == true)
        #expect(field("no JSON") == "theme")
    }
}
