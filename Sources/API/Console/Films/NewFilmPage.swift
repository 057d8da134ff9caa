import Films
import JSON

/// Where a film is ordered: a title, who speaks, and what.
struct NewFilmPage: Page {
    /// What stands in the fields.
    struct Values: Hashable, Sendable {
        var title = ""
        var host = "nova"
        var style = FilmScript.Style.casual.rawValue
        var mood = FilmScript.Mood.neutral.rawValue
        var form = FilmScript.Form.hd720.rawValue
        var teaser = ""
        var text = ""

        init() {}

        init(_ form: FormInput) {
            title = form.text("title") ?? ""
            host = form.text("host") ?? ""
            style = form.text("style") ?? style
            mood = form.text("mood") ?? mood
            self.form = form.text("form") ?? self.form
            teaser = form.text("teaser") ?? ""
            text = form.text("text") ?? ""
        }

        /// What programs would send: each paragraph is a scene.
        var script: JSONValue {
            var paragraphs: [String] = [""]
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if words.isEmpty {
                    paragraphs.append("")
                } else {
                    paragraphs[paragraphs.count - 1] += paragraphs[paragraphs.count - 1].isEmpty ? words : " \(words)"
                }
            }
            let scenes = paragraphs.filter { !$0.isEmpty }.map { paragraph -> JSONValue in
                ["host": .string(host), "style": .string(style), "mood": .string(mood), "text": .string(paragraph)]
            }
            return [
                "title": .string(title), "form": .string(form), "teaser": .bool(teaser == "yes"),
                "scenes": .array(scenes),
            ]
        }
    }

    static let fields = ["title", "host", "style", "mood", "form", "teaser", "text"]

    let values: Values
    var failure: APIError?
    let visit: Visit

    var name: String { "Order a film" }
    var place: OwnPath? { FilmsPage.path }

    private var textarea: Tag { Tag("textarea") }

    var body: Markup {
        h1("Order a film")
        p { "Each paragraph is a scene. Charts, chapters and several hosts go by the interface for programs." }
        if let failure { refusal(failure) }
        form(Attribute(.method, "post"), .action(FilmsPage.path)) {
            TokenField(token: visit.formToken)
            label {
                "Title"
                input(
                    .name("title"),
                    .type("text"),
                    .value(values.title),
                    .flag(.required),
                    Attribute(.maxlength, "\(FilmScript.titleCharactersMax)")
                )
            }
            label {
                "Host, as the renderer calls the figure"
                input(.name("host"), .type("text"), .value(values.host), .flag(.required), Attribute(.maxlength, "40"))
            }
            choices("Clothes", "style", FilmScript.Style.allCases.map(\.rawValue), values.style)
            choices("Mood", "mood", FilmScript.Mood.allCases.map(\.rawValue), values.mood)
            choices("Form", "form", FilmScript.Form.allCases.map(\.rawValue), values.form)
            choices("Teaser", "teaser", ["no", "yes"], values.teaser)
            label {
                "What is said"
                textarea(.name("text"), .flag(.required)) {
                    // The first line break behind the tag is not part of what is typed.
                    "\n\(values.text)"
                }
            }
            button(.type("submit")) { "Order the film" }
        }
        p { a(.href(FilmsPage.path)) { "All films" } }
    }

    private func choices(_ title: String, _ name: String, _ values: [String], _ chosen: String) -> Markup {
        label {
            title
            select(.name(name)) {
                for value in values {
                    option([.value(value)] + (value == chosen ? [.flag(.selected)] : [])) { value }
                }
            }
        }
    }

    private func refusal(_ failure: APIError) -> Markup {
        div(.class("error"), .id("film-failure"), .role("alert")) {
            if failure.faults.isEmpty { p { failure.message } }
            for fault in failure.faults { p { "\(NewFilmPage.words(of: fault.field)): \(fault.message)" } }
        }
    }

    /// What a script calls `scenes.3.text` is the fourth paragraph here.
    private static func words(of field: String) -> String {
        let parts = field.split(separator: ".")
        guard parts.count == 3, parts[0] == "scenes", let scene = Int(parts[1]) else { return field }
        return parts[2] == "text" ? "Paragraph \(scene + 1)" : "\(parts[2])"
    }
}
