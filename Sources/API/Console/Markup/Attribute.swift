/// An attribute of an element: its name is one of these, its value may be anything.
///
/// There is none that runs a script or sets a style, and those that lead somewhere take only our own paths, or checked
/// addresses of others' pages.
struct Attribute: Hashable, Sendable {
    /// Attributes whose values are only ever shown, compared or counted.
    enum Plain: String, Sendable {
        case alt, autocomplete, charset, content, colspan, datetime, `for`, id, inputmode, kind, label, lang, max,
            maxlength, media, method, min, minlength, name, placeholder, preload, rel, role, scope, sizes, spellcheck,
            srclang, tabindex, title, type, value
    }

    /// Attributes that are there or not.
    enum Flag: String, Sendable {
        case autofocus, checked, controls, hidden, open, readonly, required, selected
    }

    /// Attributes of drawings, whose values are numbers.
    enum Drawing: String, Sendable {
        case height, viewBox, width, x, x1, x2, y, y1, y2
    }

    let name: String
    /// `nil` for one that is there or not.
    let value: String?

    init(_ plain: Plain, _ value: String) { self.init(known: plain.rawValue, value) }

    private init(known name: String, _ value: String?) {
        self.name = name
        self.value = value
    }
}

extension Attribute {
    /// Names in the style sheet.
    static func `class`(_ names: StaticString) -> Attribute { Attribute(known: "class", names.description) }
    static func id(_ id: String) -> Attribute { Attribute(.id, id) }
    static func type(_ type: StaticString) -> Attribute { Attribute(.type, type.description) }
    static func role(_ role: StaticString) -> Attribute { Attribute(.role, role.description) }
    static func name(_ name: String) -> Attribute { Attribute(.name, name) }
    static func value(_ value: String) -> Attribute { Attribute(.value, value) }
    static func flag(_ flag: Flag) -> Attribute { Attribute(known: flag.rawValue, nil) }
    /// Written with a tenth at most.
    static func numbers(_ name: Drawing, _ numbers: Double...) -> Attribute {
        let texts = numbers.map { "\(($0 * 10).rounded() / 10)" }
        return Attribute(known: name.rawValue, texts.joined(separator: " "))
    }
    static func aria(_ name: StaticString, _ value: String) -> Attribute { Attribute(known: "aria-\(name)", value) }
    static func data(_ name: StaticString, _ value: String = "") -> Attribute {
        Attribute(known: "data-\(name)", value)
    }

    static func href(_ path: OwnPath) -> Attribute { Attribute(known: "href", path.text) }
    /// Leads to another place of the same page.
    static func href(fragment: StaticString) -> Attribute { Attribute(known: "href", "#\(fragment)") }
    /// Leads to somebody else's page.
    static func href(outside address: OutsideAddress) -> Attribute { Attribute(known: "href", address.text) }
    static func poster(_ path: OwnPath) -> Attribute { Attribute(known: "poster", path.text) }
    static func src(_ path: OwnPath) -> Attribute { Attribute(known: "src", path.text) }
    static func action(_ path: OwnPath) -> Attribute { Attribute(known: "action", path.text) }
}
