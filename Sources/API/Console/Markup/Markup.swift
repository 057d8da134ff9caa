/// A piece of HTML.
///
/// It is made of elements, of texts, which are escaped, and of literals of our own. There is no way to make one of a text
/// without escaping it, so that nothing that was read anywhere can become markup.
struct Markup: Hashable, Sendable {
    private(set) var html: String

    static let empty = Markup(html: "")

    private init(html: String) { self.html = html }

    /// Text, whatever it holds.
    init(text: String) {
        html = ""
        html.reserveCapacity(text.utf8.count)
        Markup.escape(text, into: &html)
    }

    /// HTML that stands in the program's own source.
    init(ours literal: StaticString) { html = literal.description }

    /// One element.
    ///
    /// - Parameters:
    ///   - name: its tag.
    ///   - attributes: their values are escaped.
    ///   - content: what is inside; `nil` for an element that has no end tag.
    init(element name: StaticString, _ attributes: [Attribute], _ content: Markup?) {
        html = "<\(name)"
        for attribute in attributes {
            html += " \(attribute.name)"
            guard let value = attribute.value else { continue }
            html += "=\""
            Markup.escape(value, into: &html)
            html += "\""
        }
        html += ">"
        guard let content else { return }
        html += content.html
        html += "</\(name)>"
    }

    var isEmpty: Bool { html.isEmpty }

    static func += (left: inout Markup, right: Markup) { left.html += right.html }

    private static func escape(_ text: String, into html: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(isShown(scalar) ? scalar : "\u{FFFD}")
            }
        }
    }

    /// Control characters have no place in a page, and those that turn the direction of the text would let a name rewrite
    /// what stands beside it.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0x00..<0x20, 0x7F..<0xA0: false
        case 0x202A...0x202E, 0x2066...0x2069, 0xFDD0...0xFDEF: false
        default: scalar.value & 0xFFFE != 0xFFFE
        }
    }
}
