/// What is seen in a frame; pure.
package enum FrameChoice: Hashable, Sendable {
    case fresh
    /// The picture before, once more.
    case repeated
    case standby
    /// There is nothing that could be shown.
    case nothing

    /// So many frames without a fresh one are half a second.
    package static let repeatedMax: Int64 = 12

    /// - Parameters:
    ///   - frame: that is to be sent.
    ///   - newest: of which frame the newest picture is; `nil` when there was none.
    ///   - isNew: whether it was not sent yet.
    ///   - hasCard: whether there is a card.
    package init(_ frame: Int64, newest: Int64?, isNew: Bool, hasCard: Bool) {
        // Where there is no card, an old picture is still better than none.
        guard let newest, frame - newest <= FrameChoice.repeatedMax || !hasCard else {
            self = hasCard ? .standby : .nothing
            return
        }
        self = isNew ? .fresh : .repeated
    }
}
