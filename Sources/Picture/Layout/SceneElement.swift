/// What has a place of its own in the picture.
package enum SceneElement: Hashable, Sendable, CaseIterable {
    case station
    case clock
    case headline
    case leftHost
    case rightHost
    case caller
    case chart
    case callIn
    case notice
    case lowerThird
    case captions
    case ticker

    package init(_ slot: HostSlot) { self = slot == .left ? .leftHost : .rightHost }
}
