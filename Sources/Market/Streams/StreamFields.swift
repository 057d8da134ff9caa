import Bus
import Domain
import JSON

/// Reads fields of a message, naming the one that is wrong.
package struct StreamFields {
    private let places: JSONPlaces

    init(_ places: JSONPlaces) { self.places = places }

    /// Whether it is a list of rows and not an object of fields.
    var isList: Bool { places.isList }

    /// The cells of a list, in order.
    var cells: JSONPlaces { places }

    /// The cell of a list, counted from zero; lists of rows are short.
    subscript(index: Int) -> JSONCell? {
        var left = index
        for cell in places {
            if left == 0 { return cell }
            left -= 1
        }
        return nil
    }

    subscript(name: JSONName) -> JSONCell? { places[name] }

    func has(_ name: JSONName) -> Bool { places[name] != nil }

    /// A text as it stands there, to be compared.
    func word(_ name: JSONName) throws(StreamProblem) -> JSONCell {
        guard let cell = places[name], cell.kind == .text else { throw StreamProblem("\(name) is no text") }
        return cell
    }

    func text(_ name: JSONName) throws(StreamProblem) -> String {
        guard let text = places[name]?.text else { throw StreamProblem("\(name) is no text") }
        return text
    }

    func integer(_ name: JSONName) throws(StreamProblem) -> Int64 {
        guard let number = places[name]?.int else {
            throw StreamProblem("\(name) is no whole number")
        }
        return number
    }

    func flag(_ name: JSONName) throws(StreamProblem) -> Bool {
        switch places[name]?.kind {
        case .yes: return true
        case .no: return false
        default: throw StreamProblem("\(name) is neither true nor false")
        }
    }

    /// A number that stands as text, as exchanges write what has to be exact.
    func decimal(_ name: JSONName) throws(StreamProblem) -> ExactDecimal {
        guard let number = places[name]?.decimal else {
            throw StreamProblem("\(name) is no decimal number in a text")
        }
        return number
    }

    /// Above zero.
    func price(_ name: JSONName) throws(StreamProblem) -> Price {
        let amount = try decimal(name)
        guard amount.isPositive else { throw StreamProblem("\(name) is not above zero") }
        return Price(amount)
    }

    /// One that may be missing, or be nothing usable.
    func optionalPrice(_ name: JSONName) -> Price? {
        (places[name]?.decimal).flatMap { $0.isPositive ? Price($0) : nil }
    }

    /// Seconds, milliseconds or microseconds since 1970.
    func time(_ name: JSONName) throws(StreamProblem) -> Timestamp {
        guard let time = Timestamp(exchangeTime: try integer(name)) else { throw StreamProblem("\(name) is no time") }
        return time
    }

    /// RFC 3339.
    func dateTime(_ name: JSONName) throws(StreamProblem) -> Timestamp {
        let word = try word(name)
        guard let time = word.dateTime else { throw StreamProblem("\(name) is no time") }
        return time
    }

    func object(_ name: JSONName) throws(StreamProblem) -> StreamFields {
        guard let member = places[name], member.kind == .object, let inside = member.inside else {
            throw StreamProblem("\(name) is no object")
        }
        return StreamFields(inside)
    }
}

extension JSONCell {
    /// A number that stands as text.
    var decimal: ExactDecimal? { plainText.flatMap { ExactDecimal(utf8: $0) } }

    /// A time that stands as text in the form of RFC 3339.
    var dateTime: Timestamp? { plainText.flatMap { Timestamp(utf8: $0) } ?? text.flatMap { Timestamp($0) } }

    /// What a list holds; `nil` when it is none.
    var list: StreamFields? { kind == .list ? inside.map { StreamFields($0) } : nil }

    /// Lets texts be told apart by the cases of a `switch`.
    static func ~= (word: JSONName, cell: JSONCell) -> Bool { cell.isText(word) }
}

extension Candle {
    /// - Throws: `StreamProblem` when the candle contradicts itself.
    func sound() throws(StreamProblem) -> Candle {
        guard let problem = CandleChecks.problem(of: self) else { return self }
        throw StreamProblem("the candle of \(openTime) is \(problem.rawValue)")
    }
}
