/// What came of a form.
struct DonePage: Page {
    /// In a sentence.
    let text: String
    /// More, by name.
    var details: [(name: String, text: String)] = []
    /// Where the form stands.
    let back: OwnPath
    let backName: String

    var name: String { "Done" }
    var place: OwnPath? { back }

    var body: Markup {
        h1("Done")
        p(.class("lead"), .role("status")) { text }
        if !details.isEmpty {
            dl {
                for detail in details {
                    dt(detail.name)
                    dd(detail.text)
                }
            }
        }
        p { a(.href(back), .flag(.autofocus)) { "Back to \(backName)" } }
    }
}
