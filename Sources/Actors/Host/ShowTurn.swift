package import Bus
package import Domain
import Show

/// Whose turn it is: the part of the hour that is on, and who speaks in it.
package struct ShowTurn: Hashable, Sendable {
    package let part: ShowPart
    package let host: HostPersona
    /// Who speaks before and after; `nil` where there is one host alone.
    package let other: HostPersona?

    fileprivate init(_ slot: FormatClock.Slot, _ hosts: [HostPersona]) {
        part = slot.part
        let place = (slot.turn % hosts.count + hosts.count) % hosts.count
        host = hosts[place]
        other = hosts.count > 1 ? hosts[(place + 1) % hosts.count] : nil
    }
}

extension HostSettings {
    /// The part of the hour that is on, with its host.
    package func turn(at time: Timestamp) -> ShowTurn {
        ShowTurn(format.slot(at: time, offsetSeconds: self.time.offsetSeconds), hosts)
    }

    /// What follows it, for an hour.
    package func turns(after time: Timestamp) -> [ShowTurn] {
        format.next(after: time, offsetSeconds: self.time.offsetSeconds).map { ShowTurn($0, hosts) }
    }
}

extension PartKind {
    /// As hosts speak of it.
    var spoken: String {
        switch self {
        case .headlines: "the headlines"
        case .market: "the market"
        case .talk: "the talk of the hour"
        case .ident: "a word about the station"
        }
    }

    /// What a model is told to speak of.
    var task: String {
        switch self {
        case .headlines: "the news and the mood of the market come first"
        case .market: "prices, and how they changed, come first"
        case .talk: "what people say comes first, and what they feel"
        case .ident: "say the name of the station, and what listeners hear on it"
        }
    }

    /// What an approved text of this part is about.
    func prefers(_ template: HostTemplate) -> Bool {
        switch (self, template.need) {
        case (.headlines, .headline), (.headlines, .mood), (.headlines, .index): true
        case (.market, .price), (.market, .change), (.market, .range), (.market, .twoPrices), (.market, .history): true
        case (.talk, .trend), (.talk, .mood), (.talk, .index): true
        case (.ident, .nothing): template.text.contains("{station}")
        default: false
        }
    }
}
