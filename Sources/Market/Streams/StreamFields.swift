import Bus
import Domain
import JSON

/// Reads fields of a message, naming the one that is wrong.
struct StreamFields {
    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    init(parsing message: some Collection<UInt8>) throws(StreamProblem) {
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: message)
        } catch {
            throw StreamProblem("no JSON: \(error)")
        }
    }

    var json: JSONValue { value }

    func has(_ name: String) -> Bool { value[name] != nil }

    func text(_ name: String) throws(StreamProblem) -> String {
        guard let text = value[name]?.string else { throw StreamProblem("\(name) is no text") }
        return text
    }

    func integer(_ name: String) throws(StreamProblem) -> Int64 {
        guard let number = value[name]?.int else { throw StreamProblem("\(name) is no whole number") }
        return number
    }

    func flag(_ name: String) throws(StreamProblem) -> Bool {
        guard let flag = value[name]?.bool else { throw StreamProblem("\(name) is neither true nor false") }
        return flag
    }

    /// A number that stands as text, as exchanges write what has to be exact.
    func decimal(_ name: String) throws(StreamProblem) -> ExactDecimal {
        guard let number = value[name]?.string.flatMap({ ExactDecimal($0) }) else {
            throw StreamProblem("\(name) is no decimal number in a text")
        }
        return number
    }

    /// Above zero.
    func price(_ name: String) throws(StreamProblem) -> Price {
        let amount = try decimal(name)
        guard amount > .zero else { throw StreamProblem("\(name) is not above zero") }
        return Price(amount)
    }

    /// One that may be missing, or be nothing usable.
    func optionalPrice(_ name: String) -> Price? {
        value[name]?.string.flatMap { ExactDecimal($0) }.flatMap { $0 > .zero ? Price($0) : nil }
    }

    /// Seconds, milliseconds or microseconds since 1970.
    func time(_ name: String) throws(StreamProblem) -> Timestamp {
        guard let time = Timestamp(exchangeTime: try integer(name)) else { throw StreamProblem("\(name) is no time") }
        return time
    }

    /// RFC 3339.
    func dateTime(_ name: String) throws(StreamProblem) -> Timestamp {
        guard let time = Timestamp(try text(name)) else { throw StreamProblem("\(name) is no time") }
        return time
    }

    func object(_ name: String) throws(StreamProblem) -> StreamFields {
        guard let member = value[name], member.object != nil else { throw StreamProblem("\(name) is no object") }
        return StreamFields(member)
    }
}

extension Candle {
    /// - Throws: `StreamProblem` when the candle contradicts itself.
    func sound() throws(StreamProblem) -> Candle {
        guard let problem = CandleChecks.problem(of: self) else { return self }
        throw StreamProblem("the candle of \(openTime) is \(problem.rawValue)")
    }
}
