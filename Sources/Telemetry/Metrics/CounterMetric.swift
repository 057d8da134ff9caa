/// The counters that the station has.
///
/// A counter that is not listed here cannot be made.
package enum CounterMetric: String, CaseIterable, Sendable {
    case alertsNews = "cryptocall_alerts_news_total"
    case alertsNotices = "cryptocall_alerts_notices_total"
    case apiRequests = "cryptocall_api_requests_total"
    case busDroppedEvents = "cryptocall_bus_dropped_events_total"
    case busPublishedEvents = "cryptocall_bus_published_events_total"
    case chainsFailures = "cryptocall_chains_failures_total"
    case chainsQuestions = "cryptocall_chains_questions_total"
    case chatReuse = "cryptocall_chat_reuse_total"
    case chatUnsettled = "cryptocall_chat_unsettled_total"
    case configReloads = "cryptocall_config_reloads_total"
    case controlRefusedRequests = "cryptocall_control_refused_requests_total"
    case controlRequests = "cryptocall_control_requests_total"
    case creditsExpiredHolds = "cryptocall_credits_expired_holds_total"
    case creditsFindings = "cryptocall_credits_findings_total"
    case creditsMonths = "cryptocall_credits_months_total"
    case creditsPriceChanges = "cryptocall_credits_price_changes_total"
    case governanceAnchors = "cryptocall_governance_anchors_total"
    case governanceBallots = "cryptocall_governance_ballots_total"
    case httpClientReceivedBytes = "cryptocall_httpclient_received_bytes_total"
    case httpClientRefusedRequests = "cryptocall_httpclient_refused_requests_total"
    case httpClientRequests = "cryptocall_httpclient_requests_total"
    case identityRefusedPasswords = "cryptocall_identity_refused_passwords_total"
    case jobsClaimed = "cryptocall_jobs_claimed_total"
    case jobsEnded = "cryptocall_jobs_ended_total"
    case jobsLeasesLost = "cryptocall_jobs_leases_lost_total"
    case jobsPruned = "cryptocall_jobs_pruned_total"
    case jobsRescued = "cryptocall_jobs_rescued_total"
    case jobsSchedulesFired = "cryptocall_jobs_schedules_fired_total"
    case jobsSchedulesMissed = "cryptocall_jobs_schedules_missed_total"
    case jobsStoreFailures = "cryptocall_jobs_store_failures_total"
    case jobsStuck = "cryptocall_jobs_stuck_total"
    case limitsLocalVerdicts = "cryptocall_limits_local_verdicts_total"
    case limitsRequests = "cryptocall_limits_requests_total"
    case limitsStoreFailures = "cryptocall_limits_store_failures_total"
    case limitsStoreStatements = "cryptocall_limits_store_statements_total"
    case liveDelivered = "cryptocall_live_delivered_total"
    case liveEncodingFailures = "cryptocall_live_encoding_failures_total"
    case liveEnded = "cryptocall_live_ended_total"
    case liveLost = "cryptocall_live_lost_total"
    case liveMissedEvents = "cryptocall_live_missed_events_total"
    case liveReadFailures = "cryptocall_live_read_failures_total"
    case liveRefused = "cryptocall_live_refused_total"
    case liveReplayedEvents = "cryptocall_live_replayed_events_total"
    case llmCalls = "cryptocall_llm_calls_total"
    case llmCostTicks = "cryptocall_llm_cost_ticks_total"
    case llmFailures = "cryptocall_llm_failures_total"
    case llmHedges = "cryptocall_llm_hedges_total"
    case llmTokens = "cryptocall_llm_tokens_total"
    case marketCallsLost = "cryptocall_market_calls_lost_total"
    case marketCallsStored = "cryptocall_market_calls_stored_total"
    case marketFailures = "cryptocall_market_failures_total"
    case marketQuotes = "cryptocall_market_quotes_total"
    case onairEncoderStarts = "cryptocall_onair_encoder_starts_total"
    case onairLateBlocks = "cryptocall_onair_late_blocks_total"
    case onairSpoken = "cryptocall_onair_spoken_total"
    case newsItems = "cryptocall_news_items_total"
    case newsPolls = "cryptocall_news_polls_total"
    case marketStreamGaps = "cryptocall_market_stream_gaps_total"
    case marketStreamHeldPrices = "cryptocall_market_stream_held_prices_total"
    case marketStreamMalformed = "cryptocall_market_stream_malformed_total"
    case marketStreamMessages = "cryptocall_market_stream_messages_total"
    case marketStreamMissedTrades = "cryptocall_market_stream_missed_trades_total"
    case marketStreamReconnects = "cryptocall_market_stream_reconnects_total"
    case processCPUSeconds = "cryptocall_process_cpu_seconds_total"
    case sentimentPassedOver = "cryptocall_sentiment_passed_over_total"
    case sentimentTexts = "cryptocall_sentiment_texts_total"
    case storeAppendedEvents = "cryptocall_store_appended_events_total"
    case storeCommits = "cryptocall_store_commits_total"
    case storeFailures = "cryptocall_store_failures_total"
    case storeRemovedEvents = "cryptocall_store_removed_events_total"
    case supervisionEscalations = "cryptocall_supervision_escalations_total"
    case supervisionFencedIncarnations = "cryptocall_supervision_fenced_incarnations_total"
    case supervisionRestarts = "cryptocall_supervision_restarts_total"
    case supervisionWatchdogPings = "cryptocall_supervision_watchdog_pings_total"
    case telemetryDroppedRecords = "cryptocall_telemetry_dropped_records_total"
    case telemetryFailedRecords = "cryptocall_telemetry_failed_records_total"
    case telemetryLabelOverflows = "cryptocall_telemetry_label_overflows_total"
    case telemetryLogRecords = "cryptocall_telemetry_log_records_total"
    case telemetryRefusedMetrics = "cryptocall_telemetry_refused_metrics_total"
    case telemetrySuppressedRecords = "cryptocall_telemetry_suppressed_records_total"
    case trendsDroppedEntries = "cryptocall_trends_dropped_entries_total"
    case trendsSearches = "cryptocall_trends_searches_total"
    case zeromqAuthFailures = "cryptocall_zeromq_auth_failures_total"
    case zeromqConnections = "cryptocall_zeromq_connections_total"
    case zeromqDisconnects = "cryptocall_zeromq_disconnects_total"
    case zeromqDroppedEvents = "cryptocall_zeromq_dropped_events_total"
    case zeromqHandshakeFailures = "cryptocall_zeromq_handshake_failures_total"
    case zeromqReceivedEvents = "cryptocall_zeromq_received_events_total"
    case zeromqReplayedEvents = "cryptocall_zeromq_replayed_events_total"
    case zeromqSentBytes = "cryptocall_zeromq_sent_bytes_total"
    case zeromqSentEvents = "cryptocall_zeromq_sent_events_total"
    case zeromqWelcomes = "cryptocall_zeromq_welcomes_total"

    var note: MetricNote {
        switch self {
        case .alertsNews: MetricNote("Alerts raised, told again, and resolved.", by: "rule", "what")
        case .alertsNotices: MetricNote("Attempts to tell a hook of an alert.", by: "outcome")
        case .apiRequests: MetricNote("HTTP requests answered.", by: "route", "status", atMost: 1024)
        case .busDroppedEvents: MetricNote("Events that a full mailbox lost.", by: "subscriber", atMost: 256)
        case .busPublishedEvents: MetricNote("Events handed to the bus.", by: "delivery")
        case .chainsFailures:
            MetricNote("Questions that an endpoint of a chain did not answer well.", by: "chain", "endpoint")
        case .chainsQuestions: MetricNote("Questions to endpoints of chains.", by: "chain", "endpoint")
        case .chatReuse: MetricNote("Questions whose answer may be given again.", by: "outcome")
        case .chatUnsettled: MetricNote("Calls of users that could not be settled, and were not charged.")
        case .configReloads: MetricNote("Configuration reloads.", by: "result")
        case .controlRefusedRequests: MetricNote("Control requests refused.", by: "reason")
        case .controlRequests: MetricNote("Control requests answered.", by: "method", "result", atMost: 256)
        case .creditsExpiredHolds: MetricNote("Holds of unfinished calls that were given back.")
        case .creditsFindings: MetricNote("Charges that gave reason to say or do something.", by: "what")
        case .creditsMonths: MetricNote("Accounts that got the credits of a month.")
        case .creditsPriceChanges: MetricNote("Prices of models that changed.", by: "direction")
        case .governanceAnchors: MetricNote("Results on their way to the chain, by what came of it.", by: "state")
        case .governanceBallots: MetricNote("Ballots that came in, by what came of them.", by: "outcome")
        case .httpClientReceivedBytes: MetricNote("Body bytes received from other servers.", by: "host")
        case .httpClientRefusedRequests: MetricNote("Outgoing requests refused before they left.", by: "reason")
        case .httpClientRequests: MetricNote("Outgoing HTTP requests that ended.", by: "host", "outcome", atMost: 256)
        case .identityRefusedPasswords: MetricNote("Passwords not checked, because too many waited.")
        case .jobsClaimed: MetricNote("Jobs claimed.", by: "queue", atMost: 128)
        case .jobsEnded: MetricNote("Attempts of jobs that ended.", by: "queue", "state", atMost: 512)
        case .jobsLeasesLost: MetricNote("Jobs that lost their lease while they ran here.", by: "queue", atMost: 128)
        case .jobsPruned: MetricNote("Finished jobs removed.")
        case .jobsRescued: MetricNote("Jobs taken back from workers that stopped answering.", by: "outcome")
        case .jobsSchedulesFired: MetricNote("Runs of schedules that were enqueued.", by: "schedule", atMost: 256)
        case .jobsSchedulesMissed: MetricNote("Times of schedules that were skipped.", by: "schedule", atMost: 256)
        case .jobsStoreFailures: MetricNote("Statements about jobs that failed and were tried again.")
        case .jobsStuck: MetricNote("Jobs that went on although they were cancelled.", by: "queue", atMost: 128)
        case .limitsLocalVerdicts: MetricNote("Requests decided without the store, because it did not answer.")
        case .limitsRequests: MetricNote("Requests that passed the limits.", by: "class", "outcome")
        case .limitsStoreFailures: MetricNote("Times that the store did not answer a limiter, or not soon enough.")
        case .limitsStoreStatements: MetricNote("Statements of limiters.", by: "kind")
        case .liveDelivered: MetricNote("Messages handed to live connections.", by: "kind")
        case .liveEncodingFailures: MetricNote("Events that could not be encoded for live clients.")
        case .liveEnded: MetricNote("Live connections that ended.", by: "reason")
        case .liveLost: MetricNote("Messages that slow live clients lost.", by: "class")
        case .liveMissedEvents: MetricNote("Events that came faster than they could be handed to live clients.")
        case .liveReadFailures: MetricNote("Times that the event log could not be read for live clients.")
        case .liveRefused: MetricNote("Live connections refused.", by: "limit")
        case .liveReplayedEvents: MetricNote("Events of the log sent to live clients again.")
        case .llmCalls: MetricNote("Model calls that ended.", by: "task", "outcome", atMost: 64)
        case .llmCostTicks: MetricNote("What model calls have cost, in 1e-10 US dollars.", by: "provider", atMost: 64)
        case .llmFailures: MetricNote("Attempts at a model that failed.", by: "provider", "kind", atMost: 256)
        case .llmHedges: MetricNote("Calls of which a second model was asked at once.", by: "outcome")
        case .llmTokens: MetricNote("Tokens of model calls.", by: "provider", "direction", atMost: 64)
        case .marketCallsLost: MetricNote("Calls of providers that were not recorded, because the database was away.")
        case .marketCallsStored: MetricNote("Calls of providers that were recorded.")
        case .marketFailures: MetricNote("Questions that a venue did not answer usably.", by: "venue")
        case .marketQuotes: MetricNote("Questions for prices or candles that a venue answered.", by: "venue")
        case .onairEncoderStarts: MetricNote("Starts of the encoder since the playout's start.")
        case .onairLateBlocks: MetricNote("Blocks of sound that the playout made too late.")
        case .onairSpoken: MetricNote("Sentences that an engine was asked to speak.", by: "engine", "outcome")
        case .newsItems: MetricNote("Pieces of news that feeds have brought.", by: "outcome")
        case .newsPolls: MetricNote("Questions to feeds of news that ended.", by: "outcome")
        case .marketStreamGaps: MetricNote("Times that a live stream has skipped trades.", by: "venue")
        case .marketStreamHeldPrices: MetricNote("Prices of a live stream that were held back.", by: "venue")
        case .marketStreamMalformed: MetricNote("Messages of a live stream that could not be read.", by: "venue")
        case .marketStreamMessages: MetricNote("Messages of a live stream that were read.", by: "venue")
        case .marketStreamMissedTrades: MetricNote("Trades that a live stream has skipped.", by: "venue")
        case .marketStreamReconnects: MetricNote("Times that a live stream was begun anew.", by: "venue")
        case .processCPUSeconds: MetricNote("Processor time used by the process.")
        case .sentimentPassedOver: MetricNote("Questions that a classifier of texts gave no answer to.", by: "method")
        case .sentimentTexts: MetricNote("Texts that were classified.", by: "method")
        case .storeAppendedEvents: MetricNote("Durable events written to the event log.")
        case .storeCommits: MetricNote("Transactions committed.")
        case .storeFailures: MetricNote("Transactions that failed.", by: "reason")
        case .storeRemovedEvents: MetricNote("Events removed by retention.")
        case .supervisionEscalations: MetricNote("Failures passed upwards after too many restarts.", by: "supervisor")
        case .supervisionFencedIncarnations:
            MetricNote("Incarnations that ignored cancellation and were shut out.", by: "child")
        case .supervisionRestarts: MetricNote("Children restarted.", by: "child", atMost: 256)
        case .supervisionWatchdogPings: MetricNote("Signs of life sent to the service manager.")
        case .telemetryDroppedRecords: MetricNote("Log records lost because the queue was full.")
        case .telemetryFailedRecords: MetricNote("Log records that could not be written anywhere.")
        case .telemetryLabelOverflows: MetricNote("Label sets added up under \"other\".", by: "metric", atMost: 128)
        case .telemetryLogRecords: MetricNote("Log records made.", by: "level")
        case .telemetryRefusedMetrics: MetricNote("Measurements refused: a clash of names or kinds, or too many names.")
        case .telemetrySuppressedRecords: MetricNote("Debug log records held back by the rate limit.")
        case .trendsDroppedEntries:
            MetricNote("Entries of answers about trends that were not as they have to be.", by: "reason")
        case .trendsSearches: MetricNote("Searches of X that ended.", by: "outcome")
        case .zeromqAuthFailures: MetricNote("Peers refused by the key check.", by: "reason")
        case .zeromqConnections: MetricNote("Connections accepted.", by: "endpoint")
        case .zeromqDisconnects: MetricNote("Connections closed.", by: "endpoint")
        case .zeromqDroppedEvents: MetricNote("Events that did not leave.", by: "reason")
        case .zeromqHandshakeFailures: MetricNote("Handshakes that failed.", by: "endpoint", "kind")
        case .zeromqReceivedEvents: MetricNote("Events published by foreign processes.", by: "peer")
        case .zeromqReplayedEvents: MetricNote("Events sent again on request.")
        case .zeromqSentBytes: MetricNote("Bytes that left through the events endpoint.")
        case .zeromqSentEvents: MetricNote("Events that left through the events endpoint.")
        case .zeromqWelcomes: MetricNote("Welcomes sent to new subscriptions.")
        }
    }

    /// The metric's row of the catalogue.
    package var declaration: MetricDeclaration {
        let note = note
        return MetricDeclaration(
            name: rawValue,
            kind: .counter,
            help: note.help,
            labels: note.labels,
            seriesMax: note.seriesMax
        )
    }
}
