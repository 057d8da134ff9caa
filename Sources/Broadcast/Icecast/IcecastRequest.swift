import Foundation
import Sound

/// The requests that a source sends to Icecast 2.4.
///
/// An HTTP client cannot be used: the server answers before the body, which never ends.
enum IcecastRequest {
    static let textBytesMax = 500

    /// Begins the stream; what follows is sound, not in chunks.
    ///
    /// Without `Expect`, because the server's answer to it is two answers at once.
    static func source(_ settings: IcecastSettings, bitsPerSecond: Int) -> [UInt8] {
        let rate = AudioFormat.sampleRate
        let kilobits = bitsPerSecond / 1000
        var lines = [
            "PUT \(settings.mount) HTTP/1.1", "Host: \(settings.host):\(settings.port)", authorization(settings),
            "User-Agent: cryptocall", "Content-Type: audio/aac", "ice-public: \(settings.isPublic ? 1 : 0)",
            "ice-bitrate: \(kilobits)",
            "ice-audio-info: ice-samplerate=\(rate);ice-bitrate=\(kilobits);ice-channels=\(AudioFormat.channels)",
        ]
        let texts = [
            ("ice-name", settings.name), ("ice-description", settings.description), ("ice-genre", settings.genre),
            ("ice-url", settings.website),
        ]
        for (name, text) in texts where !text.isEmpty { lines.append("\(name): \(oneLine(text))") }
        return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// Tells what is on air; a request of its own.
    static func metadata(_ settings: IcecastSettings, song: String) -> [UInt8] {
        let query = "mode=updinfo&charset=UTF-8&mount=\(percent(settings.mount))&song=\(percent(oneLine(song)))"
        let lines = [
            "GET /admin/metadata?\(query) HTTP/1.0", "Host: \(settings.host):\(settings.port)", authorization(settings),
            "User-Agent: cryptocall", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func authorization(_ settings: IcecastSettings) -> String {
        "Authorization: Basic " + Data("\(settings.user):\(settings.password)".utf8).base64EncodedString()
    }

    /// Text that ends no line, with a bound.
    static func oneLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            bytes += UTF8.width(scalar)
            guard bytes <= textBytesMax else { break }
            result.append(scalar)
        }
        return String(result)
    }

    static func percent(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
