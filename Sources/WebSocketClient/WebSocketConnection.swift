import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// One WebSocket of a client, from the first packet to the last; touched only on its event loop.
final class WebSocketConnection {
    private let url: WebSocketURL
    private let settings: WebSocketConnector.Settings
    private let eventLoop: any EventLoop
    private let ended: EventLoopPromise<WebSocketEnding>
    private let opened: (WebSocketLine) -> Void
    private let makeTLS: () throws -> NIOSSLContext
    private let frames: WebSocketFrameHandler
    private var channel: (any Channel)?
    private var limit: Scheduled<Void>?
    private var hasEnded = false
    private var isOpen = false

    init(
        to url: WebSocketURL,
        settings: WebSocketConnector.Settings,
        on eventLoop: any EventLoop,
        ended: EventLoopPromise<WebSocketEnding>,
        makeTLS: @escaping () throws -> NIOSSLContext,
        opened: @escaping (WebSocketLine) -> Void,
        receive: @escaping ([UInt8]) -> Void
    ) {
        self.url = url
        self.settings = settings
        self.eventLoop = eventLoop
        self.ended = ended
        self.makeTLS = makeTLS
        self.opened = opened
        // The handler outlives no connection: the promise takes only the first ending.
        var end: (WebSocketEnding) -> Void = { _ in }
        frames = WebSocketFrameHandler(bytesMax: settings.messageBytesMax, receive: receive) { end($0) }
        end = { [weak self] in self?.end($0) }
    }

    /// Begins; the promise says how it has ended.
    func start() {
        let settings = settings
        limit = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(settings.openLimit)) {
            self.end(WebSocketEnding(.timedOut, "not open within \(settings.openLimit)"))
        }
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(settings.openLimit))
            // Not a byte is read before there is somebody to read it.
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: url.bareHost, port: url.port)
            .hop(to: eventLoop)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): self.connected(channel)
                case .failure(let error):
                    self.end(WebSocketEnding(.unreachable, WebSocketConnection.words(for: error, self.url)))
                }
            }
    }

    private func connected(_ channel: any Channel) {
        guard !hasEnded else { return channel.close(promise: nil) }
        self.channel = channel
        do {
            let pipeline = channel.pipeline.syncOperations
            if url.isSecure {
                // An address has no name that could be sent ahead; its certificate is checked all the same.
                let isAddress = (try? SocketAddress(ipAddress: url.bareHost, port: url.port)) != nil
                try pipeline.addHandler(
                    NIOSSLClientHandler(context: makeTLS(), serverHostname: isAddress ? nil : url.bareHost)
                )
            }
            let http = WebSocketHandshakeHandler.HTTPHandlers()
            let handshake = WebSocketHandshakeHandler(
                agreement: WebSocketAgreement(url, userAgent: settings.userAgent),
                http: http,
                frames: frames,
                onOpen: { self.didOpen() },
                onEnd: { self.end($0) }
            )
            try pipeline.addHandlers([http.encoder, http.decoder, handshake])
            try channel.syncOptions?.setOption(.autoRead, value: true)
        } catch {
            end(WebSocketEnding(.unavailable, "TLS cannot be set up: \(error)"))
        }
    }

    private func didOpen() {
        guard !hasEnded else { return }
        isOpen = true
        limit?.cancel()
        limit = nil
        opened(WebSocketLine(NIOLoopBound(frames, eventLoop: eventLoop), eventLoop: eventLoop))
    }

    /// Ends it in good order, wherever it is.
    func cancel() {
        if isOpen { frames.close() } else { end(WebSocketEnding(.ours, "given up")) }
    }

    private func end(_ ending: WebSocketEnding) {
        guard !hasEnded else { return }
        hasEnded = true
        limit?.cancel()
        limit = nil
        guard let channel else { return ended.succeed(ending) }
        // Whoever waits may take it that nothing of it is left.
        channel.closeFuture.hop(to: eventLoop).whenComplete { [ended] _ in ended.succeed(ending) }
        if !isOpen || ending.reason == .timedOut { channel.close(promise: nil) }
    }

    /// What is said of a failure: the system's own words name no secret, but may be long.
    private static func words(for error: any Error, _ url: WebSocketURL) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty { return "\(url.host) is not found" }
            return "\(url.allowedHost) does not answer"
        case is ChannelError: return "\(url.allowedHost) does not answer"
        case let error as IOError: return "\(url.allowedHost): error \(error.errnoCode)"
        default: return "\(url.allowedHost): \(type(of: error))"
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) { self = .nanoseconds(Int64(duration / .nanoseconds(1))) }
}
