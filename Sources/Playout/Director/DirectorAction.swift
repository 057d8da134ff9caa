package import JSON
package import PlayoutLink

/// What the director wants done; in this order.
package enum DirectorAction: Sendable {
    case mixer(MixerCommand)
    case loader(LoaderCommand)
    /// Write it into the journal.
    case keep(StateChange)
    /// Tell the daemon.
    case tell(PlayoutEvent.Detail)
    /// Tell what sends the programme.
    case news(ProgrammeNews)
}

/// What is told to the parts that send the programme, beside its sound.
package enum ProgrammeNews: Sendable {
    /// An item began, at a frame of the programme counted since the start; `frame` is where in the item.
    case item(PlayoutItem, frame: Int64, at: Int64)
    /// The times of an item's words came later than the item.
    case words([CaptionWord], id: String)
    case targets(OutputTargets)
    case metadata(JSONValue)
    /// An item ended just now.
    case over(id: String)
    /// What is to be seen.
    case picture(JSONValue)
}

/// Hears what is on air; called on the station's thread, and must not block.
package protocol ProgrammeFollower: Sendable {
    func follow(_ news: ProgrammeNews)

    /// How the programme gets out; does not wait.
    var outputs: OutputsStatus { get }
}
