import Glibc

/// A colour with its opacity; each part from 0 to 1, in sRGB.
package struct Color: Hashable, Sendable {
    package var red: Double
    package var green: Double
    package var blue: Double
    package var alpha: Double

    package init(_ red: Double, _ green: Double, _ blue: Double, _ alpha: Double = 1) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// As on the web: `#RRGGBB` or `#RRGGBBAA`.
    package init?(_ text: String) {
        guard text.hasPrefix("#"), text.utf8.count == 7 || text.utf8.count == 9,
            text.utf8.dropFirst().allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let number = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        let full = text.utf8.count == 7 ? number << 8 | 0xFF : number
        func part(_ shift: UInt32) -> Double { Double(full >> shift & 0xFF) / 255 }
        self.init(part(24), part(16), part(8), part(0))
    }

    package func opacity(_ alpha: Double) -> Color { Color(red, green, blue, self.alpha * alpha) }

    /// The colour at a share of the way to another one.
    package func mixed(with other: Color, _ share: Double) -> Color {
        func mix(_ one: Double, _ other: Double) -> Double { one + (other - one) * share }
        return Color(
            mix(red, other.red),
            mix(green, other.green),
            mix(blue, other.blue),
            mix(alpha, other.alpha)
        )
    }

    /// Relative luminance, 0 to 1, as WCAG 2 defines it; the opacity counts for nothing.
    package var luminance: Double {
        func linear(_ part: Double) -> Double {
            part <= 0.040_45 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// How well one can be read on the other, 1 to 21; 4.5 is enough for text.
    package func contrast(with other: Color) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }
}

extension Color: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let color = Color(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a colour must be #RRGGBB or #RRGGBBAA"
            )
        }
        self = color
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Color: CustomStringConvertible {
    package var description: String {
        let parts = alpha < 1 ? [red, green, blue, alpha] : [red, green, blue]
        return "#"
            + parts.map { part in
                let number = UInt8(min(max(0, part), 1) * 255 + 0.5)
                let text = String(number, radix: 16)
                return text.utf8.count == 1 ? "0\(text)" : text
            }.joined()
    }
}
