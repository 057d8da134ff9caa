import NIOCore

/// What may be done with an open WebSocket, from any thread.
package struct WebSocketLine: Sendable {
    private let frames: NIOLoopBound<WebSocketFrameHandler>
    private let eventLoop: any EventLoop

    init(_ frames: NIOLoopBound<WebSocketFrameHandler>, eventLoop: any EventLoop) {
        self.frames = frames
        self.eventLoop = eventLoop
    }

    /// Sends a text; one that nobody takes any more is lost.
    package func send(_ text: String) { eventLoop.execute { frames.value.send(text) } }

    /// Says goodbye; the connection ends when the server has answered, or half a second later.
    package func close() { eventLoop.execute { frames.value.close() } }
}
