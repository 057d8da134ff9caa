/// An actor's own way to publish: it signs with the actor's name and stops working when its incarnation is fenced.
public struct Publisher: Sendable {
    public let bus: EventBus
    public let incarnation: Incarnation

    public init(bus: EventBus, incarnation: Incarnation) {
        self.bus = bus
        self.incarnation = incarnation
    }

    /// Publishes one event in the actor's name.
    ///
    /// - Throws: `BusError` with `.fenced` once the incarnation has been replaced, or `.unregisteredType`.
    @discardableResult
    @inlinable
    public func publish<Payload: TransientEvent>(
        _ payload: Payload,
        causedBy cause: EnvelopeHeader? = nil
    ) throws(BusError) -> UUIDv7 {
        try checkFence(Payload.topic)
        return try bus.publish(payload, from: incarnation.name, causedBy: cause)
    }

    /// Publishes several events of one type together.
    ///
    /// - Throws: `BusError` with `.fenced` once the incarnation has been replaced, or `.unregisteredType`.
    @inlinable
    public func publish<Payload: TransientEvent>(
        contentsOf payloads: some Collection<Payload>,
        causedBy cause: EnvelopeHeader? = nil
    ) throws(BusError) {
        try checkFence(Payload.topic)
        try bus.publish(contentsOf: payloads, from: incarnation.name, causedBy: cause)
    }

    @usableFromInline
    func checkFence(_ topic: Topic) throws(BusError) {
        if incarnation.isFenced { throw BusError(code: .fenced, topic: topic) }
    }
}
