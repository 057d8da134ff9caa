import Bus
import Domain
import FoundationEssentials
import HTTPClient

/// Turns an HTTP answer into a provider's data, or into what is wrong with it.
///
/// A status of 200 proves nothing: pages with a puzzle, notes about quotas and lists of errors all come with it.
enum AnswerCheck {
    /// Refuses what cannot be JSON, and statuses that say everything by themselves.
    static func requireJSON(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) {
        let retryAfter = retryAfter(response, at: now)
        switch response.status {
        case 200: break
        case 418: throw ProviderError(.banned, "418", retryAfter: retryAfter)
        case 429: throw ProviderError(.rateLimited, "429", retryAfter: retryAfter)
        case 401, 402, 403, 451: throw ProviderError(.refused, "\(response.status)", retryAfter: retryAfter)
        case 408, 500...599: throw ProviderError(.unavailable, "\(response.status)", retryAfter: retryAfter)
        default: break
        }
        let type = response.headers["Content-Type"]?.lowercased() ?? ""
        guard type.isEmpty || type.contains("json"), looksLikeJSON(response.body) else {
            throw ProviderError(.malformed, "\(response.status) with \(type.isEmpty ? "no content type" : type)")
        }
    }

    /// Any other status than 200, once the body has been looked at for a better explanation.
    static func requireSuccess(_ response: HTTPResponse) throws(ProviderError) {
        guard response.status == 200 else {
            throw ProviderError(response.status == 404 ? .unknownMarket : .rejected, "\(response.status)")
        }
    }

    /// Refuses everything that is not a JSON answer of success, and tells what its body says about it.
    static func requireData(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) {
        let note = AnswerNote(in: response)
        do throws(ProviderError) {
            try requireJSON(response, at: now)
        } catch {
            // The status decides what it is; the body may say why.
            throw note.map { ProviderError(error.code, "\(error.detail): \($0.text)", retryAfter: error.retryAfter) }
                ?? error
        }
        if let note { throw note.error(status: response.status, retryAfter: retryAfter(response, at: now)) }
        try requireSuccess(response)
    }

    private static func retryAfter(_ response: HTTPResponse, at now: Timestamp) -> Duration? {
        response.headers["Retry-After"].flatMap { RetryAfter.duration($0, at: now) }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws(ProviderError) -> Value {
        do {
            return try EventCodec.decode(type, from: body)
        } catch {
            throw ProviderError(.malformed, "\(error)")
        }
    }

    private static func looksLikeJSON(_ body: [UInt8]) -> Bool {
        let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}

/// A number in JSON, given as a number or as text; its digits are kept exactly.
struct NumberText: Decodable {
    let value: ExactDecimal

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        do {
            text = try container.decode(String.self)
        } catch DecodingError.typeMismatch {
            // The decoder reads this from the digits in the text, without a detour through binary fractions.
            text = try container.decode(Decimal.self).description
        }
        guard let value = ExactDecimal(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number: \(text)")
        }
        self.value = value
    }

    var price: Price { Price(value) }

    /// The value as a time in seconds, milliseconds or microseconds.
    var time: Timestamp? {
        guard value.scale == 0, let whole = Int64(exactly: value.significand) else { return nil }
        return Timestamp(exchangeTime: whole)
    }
}

/// A sum of money, given as a number or dressed up for reading, such as `$521,967,819`.
///
/// What cannot be read is `nil`; such a sum stands beside better figures and spoils nothing.
struct MoneyText: Decodable {
    let value: ExactDecimal?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            let text = try container.decode(String.self)
            value = ExactDecimal(text.filter { $0 != "$" && $0 != "," })
        } catch DecodingError.typeMismatch {
            value = try container.decode(NumberText.self).value
        }
    }
}

/// A row that may be unsound by itself, without spoiling the others of its list.
struct TolerantRow<Row: Decodable>: Decodable {
    /// `nil` when it is not what a row should be.
    let row: Row?

    init(from decoder: any Decoder) throws {
        do {
            row = try Row(from: decoder)
        } catch is DecodingError {
            row = nil
        }
    }
}

/// A row of a table: cells of any kind, of which only the numbers count.
struct NumberRow: Decodable {
    let cells: [ExactDecimal?]

    /// A row put together from cells that were read one by one.
    init(_ cells: [ExactDecimal?]) { self.cells = cells }

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        var cells: [ExactDecimal?] = []
        while !container.isAtEnd {
            guard cells.count < 64 else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "more than 64 cells")
            }
            cells.append(try container.decodeNil() ? nil : container.decode(NumberText.self).value)
        }
        self.cells = cells
    }

    /// - Throws: `malformed` when there is no such cell or it is empty.
    func number(_ index: Int) throws(ProviderError) -> ExactDecimal {
        guard cells.indices.contains(index), let value = cells[index] else {
            throw ProviderError(.malformed, "a row without cell \(index)")
        }
        return value
    }

    func price(_ index: Int) throws(ProviderError) -> Price { Price(try number(index)) }

    func time(_ index: Int) throws(ProviderError) -> Timestamp {
        let value = try number(index)
        guard value.scale == 0, let whole = Int64(exactly: value.significand),
            let time = Timestamp(exchangeTime: whole)
        else { throw ProviderError(.malformed, "not a time: \(value)") }
        return time
    }
}
