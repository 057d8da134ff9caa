import Bus
import Domain
import JSON

/// Reads fields of a message, naming the one that is wrong.
struct StreamFields {
    private let places: JSONPlaces

    private init(_ places: JSONPlaces) { self.places = places }

    init(parsing message: [UInt8]) throws(StreamProblem) {
        do throws(JSONSyntaxError) {
            places = try JSONPlaces(parsing: message)
        } catch {
            throw StreamProblem("no JSON: \(error)")
        }
    }

    /// Whether it is a list of rows and not an object of fields.
    var isList: Bool { places.isList }

    /// The cells of a list.
    var cells: [StreamCell] { places.places.map { StreamCell(places, $0) } }

    func has(_ name: StaticString) -> Bool { places[name] != nil }

    private func place(_ name: StaticString, _ words: String) throws(StreamProblem) -> StreamCell {
        guard let place = places[name] else { throw StreamProblem("\(name) is \(words)") }
        return StreamCell(places, place)
    }

    func text(_ name: StaticString) throws(StreamProblem) -> String {
        guard let text = try place(name, "no text").text else { throw StreamProblem("\(name) is no text") }
        return text
    }

    func integer(_ name: StaticString) throws(StreamProblem) -> Int64 {
        guard let number = try place(name, "no whole number").int else {
            throw StreamProblem("\(name) is no whole number")
        }
        return number
    }

    func flag(_ name: StaticString) throws(StreamProblem) -> Bool {
        switch places[name]?.kind {
        case .yes: return true
        case .no: return false
        default: throw StreamProblem("\(name) is neither true nor false")
        }
    }

    /// A number that stands as text, as exchanges write what has to be exact.
    func decimal(_ name: StaticString) throws(StreamProblem) -> ExactDecimal {
        guard let number = places[name].flatMap({ StreamCell(places, $0).decimal }) else {
            throw StreamProblem("\(name) is no decimal number in a text")
        }
        return number
    }

    /// Above zero.
    func price(_ name: StaticString) throws(StreamProblem) -> Price {
        let amount = try decimal(name)
        guard amount > .zero else { throw StreamProblem("\(name) is not above zero") }
        return Price(amount)
    }

    /// One that may be missing, or be nothing usable.
    func optionalPrice(_ name: StaticString) -> Price? {
        places[name].flatMap { StreamCell(places, $0).decimal }.flatMap { $0 > .zero ? Price($0) : nil }
    }

    /// Seconds, milliseconds or microseconds since 1970.
    func time(_ name: StaticString) throws(StreamProblem) -> Timestamp {
        guard let time = Timestamp(exchangeTime: try integer(name)) else { throw StreamProblem("\(name) is no time") }
        return time
    }

    /// RFC 3339.
    func dateTime(_ name: StaticString) throws(StreamProblem) -> Timestamp {
        guard let time = Timestamp(try text(name)) else { throw StreamProblem("\(name) is no time") }
        return time
    }

    func object(_ name: StaticString) throws(StreamProblem) -> StreamFields {
        guard let member = places[name], member.kind == .object, let inside = places.inside(member) else {
            throw StreamProblem("\(name) is no object")
        }
        return StreamFields(inside)
    }
}

/// One value of a message.
struct StreamCell {
    private let places: JSONPlaces
    private let place: JSONPlaces.Place

    init(_ places: JSONPlaces, _ place: JSONPlaces.Place) {
        self.places = places
        self.place = place
    }

    var text: String? { places.text(place) }
    var int: Int64? { places.int(place) }

    /// A number that stands as text.
    var decimal: ExactDecimal? { places.withPlainText(place) { ExactDecimal(utf8: $0) } }

    /// The cells of a list; `nil` when it is none.
    var cells: [StreamCell]? {
        guard place.kind == .list, let inside = places.inside(place) else { return nil }
        return inside.places.map { StreamCell(inside, $0) }
    }
}

extension Candle {
    /// - Throws: `StreamProblem` when the candle contradicts itself.
    func sound() throws(StreamProblem) -> Candle {
        guard let problem = CandleChecks.problem(of: self) else { return self }
        throw StreamProblem("the candle of \(openTime) is \(problem.rawValue)")
    }
}
