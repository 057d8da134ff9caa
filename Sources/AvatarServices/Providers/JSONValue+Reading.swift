import Domain
import HTTPClient
import JSON

extension JSONValue {
    /// The number as it was written, also one in quotes.
    var exactDecimal: ExactDecimal? {
        switch self {
        case .int(let value): ExactDecimal(Int(value))
        // The shortest text of a double is the one it was read from, up to fifteen digits.
        case .double(let value): ExactDecimal("\(value)")
        case .string(let text): ExactDecimal(text)
        default: nil
        }
    }

    /// A member that is there and says something.
    func told(_ name: String) -> JSONValue? {
        guard let value = self[name], !value.isNull, value != "" else { return nil }
        return value
    }
}

extension AvatarLine {
    /// The id that a service has given something.
    ///
    /// - Throws: `AvatarError` with `.malformed` when it could not be part of an address.
    func id(_ value: JSONValue?) throws(AvatarError) -> String {
        guard let id = value?.string, ServicePath.isPart(id) else { throw malformed("the answer holds no id") }
        return id
    }

    /// - Throws: `AvatarError` with `.invalidOrder` for what no service has given out.
    func checked(_ id: String) throws(AvatarError) -> String {
        guard ServicePath.isPart(id) else {
            throw AvatarError(.invalidOrder, "\(name): id: it is none of the service's", field: "id")
        }
        return id
    }

    /// - Throws: `AvatarError` with `.malformed` for what is there and is no address.
    func address(_ value: JSONValue?) throws(AvatarError) -> String? {
        guard let value else { return nil }
        guard let text = value.string, RequestURL(text) != nil else {
            throw malformed("the answer holds an address that is none")
        }
        return text
    }

    /// A film's length; `nil` where none is told.
    ///
    /// - Throws: `AvatarError` with `.malformed` for what cannot be a length.
    func seconds(_ value: JSONValue?) throws(AvatarError) -> ExactDecimal? {
        guard let value else { return nil }
        guard let seconds = value.exactDecimal, !seconds.isNegative, seconds <= ExactDecimal(86_400) else {
            throw malformed("the answer holds a length that is none")
        }
        return seconds.isZero ? nil : seconds
    }

    /// Puts together what a service says of a film that failed.
    func failed(_ fault: ServiceFault?, isRefused: Bool = false) -> AvatarProgress {
        let kind: AvatarFailure.Kind =
            switch fault?.kind {
            case .refused: .refused
            case .outOfCredit: .outOfCredit
            default: isRefused ? .refused : .failed
            }
        return .failed(
            AvatarFailure(
                kind,
                code: fault?.code ?? "",
                message: fault.map { SafeText.line($0.message, hiding: key) } ?? ""
            )
        )
    }
}

/// What may stand in the address of a request.
enum ServicePath {
    /// Whether a text may be part of a path as it is.
    static func isPart(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { isPlain($0) && $0 != UInt8(ascii: ".") }
    }

    /// Whatever has a meaning in an address is written as its number.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            isPlain(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
