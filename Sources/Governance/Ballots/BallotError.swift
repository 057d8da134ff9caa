/// What is wrong with a ballot.
package enum BallotError: Error, Hashable, Sendable {
    /// The text is none of the forms that there are.
    case unknownForm
    /// The text is longer than any ballot.
    case tooLong
    /// No option is named.
    case nothingChosen
    /// A place where a number has to stand has something else; the place counts from 0.
    case notANumber(place: Int)
    /// There is no such option.
    case noSuchOption(Int, optionCount: Int)
    /// An option is named twice.
    case repeatedOption(Int)
    /// The part of an option is not in 1...10 000.
    case badShare(option: Int)
    /// The parts make this much, and not 10 000.
    case sharesDoNotAddUp(Int)
    /// It says something, but there is one way only to write it: this.
    case notCanonical(expected: String)
    /// A ballot, or a result, of another voting system.
    case wrongSystem(expected: VotingSystem)
    /// Nothing stands behind the ballot.
    case noWeight
    /// A proposal cannot have so many options.
    case badOptionCount(Int)
}

extension BallotError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownForm: "the choice is none of yes, no, abstain, approve:, shares:, rank:"
        case .tooLong: "the choice is longer than \(Choice.textBytesMax) bytes"
        case .nothingChosen: "the choice names no option"
        case .notANumber(let place): "entry \(place) of the choice is not of numbers"
        case .noSuchOption(let option, let count): "there is no option \(option); the last one is \(count - 1)"
        case .repeatedOption(let option): "option \(option) is named twice"
        case .badShare(let option): "the part of option \(option) must be in 1...10000"
        case .sharesDoNotAddUp(let sum): "the parts must make 10000, and make \(sum)"
        case .notCanonical(let expected): "the choice must be written as \(expected)"
        case .wrongSystem(let system): "this is no ballot for the voting system \(system.rawValue)"
        case .noWeight: "the ballot has no weight"
        case .badOptionCount(let count): "a proposal cannot have \(count) options"
        }
    }
}
