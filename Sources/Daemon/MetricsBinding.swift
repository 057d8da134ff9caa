import API
import Actors
import Bus
import BusZeroMQ
import Domain
import Market
import Store
import Telemetry

/// Lets the metrics registry read the station's own counters at each scrape.
struct MetricsBinding {
    let station: Station
    let feed: MarketFeed

    func bind() {
        bindBus()
        bindStore()
        bindEdge()
        bindMarket()
        OnAirGauges(booth: station.booth, metrics: station.instruments.metrics).bind()
        let metrics = station.instruments.metrics
        metrics.gauge(.daemonBuildInfo, Version.current, "6").set(1)
        for state in ["running", "starting", "down"] {
            metrics.read(.supervisionChildren, state) { [station] in
                let children = station.tree.snapshot().allChildren
                switch state {
                case "running": return Double(children.count { $0.state == "running" })
                case "starting": return Double(children.count { $0.state == "starting" })
                default: return Double(children.count { !["running", "starting"].contains($0.state) })
                }
            }
        }
    }

    private func bindBus() {
        let (metrics, bus) = (station.instruments.metrics, station.bus)
        for delivery in Delivery.allCases {
            metrics.read(.busPublishedEvents, delivery.name) {
                bus.statistics.published.reduce(0) { sum, entry in
                    bus.type(of: entry.key)?.delivery == delivery ? sum + entry.value : sum
                }
            }
        }
        metrics.read(.busSubscribers) { Double(bus.statistics.mailboxes.count) }
        metrics.beforeScrape {
            // Subscribers come and go, so their series are set when somebody looks.
            var depths: [ActorName: (depth: Int, dropped: UInt64)] = [:]
            for mailbox in bus.statistics.mailboxes {
                depths[mailbox.subscriber, default: (0, 0)].depth += mailbox.depth
                depths[mailbox.subscriber, default: (0, 0)].dropped += mailbox.dropped
            }
            for (subscriber, value) in depths {
                metrics.gauge(.busMailboxDepthEvents, subscriber.text).set(Double(value.depth))
                metrics.read(.busDroppedEvents, subscriber.text) { value.dropped }
            }
        }
    }

    private func bindMarket() {
        let metrics = station.instruments.metrics
        metrics.beforeScrape { [station, feed] in
            metrics.read(.marketCallsLost) { UInt64(feed.calls.lostCount) }
            let now = station.now()
            for standing in feed.standings {
                metrics.read(.marketQuotes, standing.name) { standing.answered }
                metrics.read(.marketFailures, standing.name) { standing.failed }
                let isAvailable = standing.status(at: now).isAvailable
                metrics.gauge(.marketProviderAvailable, standing.name).set(isAvailable ? 1 : 0)
                for usage in standing.budget.usage(at: now) {
                    metrics.gauge(.marketLimitUsedRatio, standing.name, usage.window.length.text).set(usage.share)
                }
            }
            // A reload may have taken one away.
            for exchange in MarketConfig.Streams.Exchange.allCases {
                metrics.remove(.marketStreamUp, exchange.rawValue)
            }
            for standing in feed.streams.standings {
                metrics.gauge(.marketStreamUp, standing.exchange).set(standing.phase == .live ? 1 : 0)
                metrics.read(.marketStreamMessages, standing.exchange) { standing.messages }
                metrics.read(.marketStreamMalformed, standing.exchange) { standing.malformed }
                metrics.read(.marketStreamReconnects, standing.exchange) { standing.reconnects }
                metrics.read(.marketStreamGaps, standing.exchange) { standing.gaps }
                metrics.read(.marketStreamMissedTrades, standing.exchange) { standing.missedTrades }
                metrics.read(.marketStreamHeldPrices, standing.exchange) { standing.heldPrices }
            }
            let limit = Duration.seconds(station.settings.current.configuration.market.staleAfterSeconds)
            guard let age = feed.board.status(at: station.now(), staleAfter: limit).ageSeconds else {
                metrics.remove(.marketQuoteAgeSeconds)
                return
            }
            metrics.gauge(.marketQuoteAgeSeconds).set(age)
        }
    }

    private func bindStore() {
        let (metrics, store) = (station.instruments.metrics, station.store)
        metrics.read(.storeAppendedEvents) { store.statistics.events }
        metrics.read(.storeCommits) { store.statistics.commits }
        metrics.read(.storeFailures, "transaction") { store.statistics.failures }
        metrics.read(.storeFailures, "refused") { store.statistics.refused }
        metrics.read(.storeLastOffset) { Double(store.position.head) }
        metrics.read(.storeOldestOffset) { Double(store.position.oldest) }
        metrics.read(.storeLogSizeBytes) { Double(store.position.sizeBytes) }
        metrics.read(.storeQueueDepthEvents) { Double(store.statistics.queueDepth) }
    }

    /// Lets the registry read what becomes of live clients.
    func bind(_ hub: LiveHub) {
        let metrics = station.instruments.metrics
        for kind in LiveKind.allCases {
            metrics.read(.liveClients, kind.rawValue) { Double(hub.statistics.clients[kind, default: 0]) }
            metrics.read(.liveDelivered, kind.rawValue) { hub.statistics.delivered[kind, default: 0] }
        }
        for ending in LiveEnding.allCases {
            metrics.read(.liveEnded, ending.rawValue) { hub.statistics.ended[ending, default: 0] }
        }
        for limit in ["total", "address"] {
            metrics.read(.liveRefused, limit) { hub.statistics.refused[limit, default: 0] }
        }
        metrics.read(.liveLost, "state") { UInt64(hub.statistics.lost.state) }
        metrics.read(.liveLost, "data") { UInt64(hub.statistics.lost.data) }
        metrics.read(.liveReplayedEvents) { hub.statistics.replayed }
        metrics.read(.liveMissedEvents) { hub.statistics.missed }
        metrics.read(.liveEncodingFailures) { hub.statistics.encodingFailures }
        metrics.read(.liveReadFailures) { hub.statistics.readFailures }
    }

    private func bindEdge() {
        let metrics = station.instruments.metrics
        func counter(
            _ metric: CounterMetric,
            _ labels: String...,
            value: @escaping @Sendable (EdgeStatistics) -> UInt64
        ) {
            let read: @Sendable () -> UInt64 = { [station] in station.edge.map { value($0.statistics) } ?? 0 }
            switch labels.count {
            case 0: metrics.read(metric, value: read)
            default: metrics.read(metric, labels[0], value: read)
            }
        }
        counter(.zeromqSentEvents) { $0.sent }
        counter(.zeromqSentBytes) { $0.sentBytes }
        counter(.zeromqWelcomes) { $0.welcomes }
        counter(.zeromqDroppedEvents, "encoder behind") { $0.tapDropped }
        counter(.zeromqDroppedEvents, "not encodable") { $0.encodingFailures }
        counter(.controlRefusedRequests, "malformed") { $0.controlMalformed }
        counter(.controlRefusedRequests, "busy") { $0.controlBusy }
        counter(.zeromqAuthFailures, "refused") { $0.authFailures }
        metrics.read(.zeromqQueueDepthEvents) { [station] in Double(station.edge?.statistics.tapDepth ?? 0) }
        metrics.read(.zeromqSubscriptions) { [station] in Double(station.edge?.statistics.subscriptions ?? 0) }
        metrics.beforeScrape { [station] in
            for (endpoint, counters) in station.edge?.statistics.connections ?? [:] {
                metrics.read(.zeromqConnections, endpoint) { counters.accepted }
                metrics.read(.zeromqDisconnects, endpoint) { counters.disconnected }
                metrics.read(.zeromqHandshakeFailures, endpoint, "no detail") { counters.handshakeFailedNoDetail }
                metrics.read(.zeromqHandshakeFailures, endpoint, "protocol") { counters.handshakeFailedProtocol }
                metrics.read(.zeromqHandshakeFailures, endpoint, "authentication") { counters.handshakeFailedAuth }
                metrics.gauge(.zeromqOpenConnections, endpoint).set(Double(counters.open))
            }
        }
    }
}
