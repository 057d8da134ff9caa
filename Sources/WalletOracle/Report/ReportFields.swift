import Bus
import Domain
import JSON

/// Reads the members of one object of a report; what is missing or of another kind is named.
struct ReportFields {
    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    typealias Problem = WalletReport.Problem

    private func member(_ name: String) throws(Problem) -> JSONValue {
        guard let member = value[name] else { throw .badField(name) }
        return member
    }

    /// `nil` for what is known to be unknown; a member that is not there is another matter.
    func optional(_ name: String) throws(Problem) -> JSONValue? {
        let member = try member(name)
        return member.isNull ? nil : member
    }

    func text(_ name: String) throws(Problem) -> String {
        guard let text = try member(name).string else { throw .badField(name) }
        return text
    }

    func whole(_ name: String) throws(Problem) -> Int {
        guard case .int(let number) = try member(name) else { throw .badField(name) }
        return Int(number)
    }

    func time(_ name: String) throws(Problem) -> Timestamp {
        guard let time = Timestamp(try text(name)) else { throw .badField(name) }
        return time
    }

    func inside(_ name: String) throws(Problem) -> ReportFields { ReportFields(try member(name)) }

    func list(_ name: String) throws(Problem) -> [JSONValue] {
        guard let list = try member(name).array else { throw .badField(name) }
        return list
    }

    func wholeIfKnown(_ name: String) throws(Problem) -> Int? { try optional(name) == nil ? nil : try whole(name) }

    func flagIfKnown(_ name: String) throws(Problem) -> Bool? {
        guard let member = try optional(name) else { return nil }
        guard let flag = member.bool else { throw .badField(name) }
        return flag
    }

    func exactIfKnown(_ name: String) throws(Problem) -> ExactDecimal? {
        guard try optional(name) != nil else { return nil }
        guard let number = ExactDecimal(try text(name)) else { throw .badField(name) }
        return number
    }

    func ratioIfKnown(_ name: String) throws(Problem) -> Ratio? { try exactIfKnown(name).map { Ratio($0) } }
}
