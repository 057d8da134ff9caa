/// The gauges that the station has.
///
/// A gauge that is not listed here cannot be made.
package enum GaugeMetric: String, CaseIterable, Sendable {
    case alertsOpen = "cryptocall_alerts_open"
    case busMailboxDepthEvents = "cryptocall_bus_mailbox_depth_events"
    case busSubscribers = "cryptocall_bus_subscribers"
    case configLastReloadSuccess = "cryptocall_config_last_reload_success"
    case configLastReloadTimestampSeconds = "cryptocall_config_last_reload_timestamp_seconds"
    case creditsPausedAccounts = "cryptocall_credits_paused_accounts"
    case creditsSpentLastHour = "cryptocall_credits_spent_last_hour_credits"
    case daemonBuildInfo = "cryptocall_daemon_build_info"
    case daemonReady = "cryptocall_daemon_ready"
    case daemonStartSeconds = "cryptocall_daemon_start_seconds"
    case governanceWaitingBallots = "cryptocall_governance_waiting_ballots"
    case identityPendingPasswords = "cryptocall_identity_pending_passwords"
    case jobsDepthJobs = "cryptocall_jobs_depth_jobs"
    case jobsLeading = "cryptocall_jobs_leading"
    case jobsRunningHere = "cryptocall_jobs_running_here"
    case limitsStoreAway = "cryptocall_limits_store_away"
    case limitsSubjects = "cryptocall_limits_subjects"
    case liveClients = "cryptocall_live_clients"
    case llmOpenChats = "cryptocall_llm_open_chats"
    case marketLimitUsedRatio = "cryptocall_market_limit_used_ratio"
    case marketProviderAvailable = "cryptocall_market_provider_available"
    case marketQuoteAgeSeconds = "cryptocall_market_quote_age_seconds"
    case newsFailingFeeds = "cryptocall_news_failing_feeds"
    case marketStreamUp = "cryptocall_market_stream_up"
    case onairAheadSeconds = "cryptocall_onair_ahead_seconds"
    case onairDriftSeconds = "cryptocall_onair_drift_seconds"
    case onairEncoderUp = "cryptocall_onair_encoder_up"
    case onairLoudnessLUFS = "cryptocall_onair_loudness_lufs"
    case onairPlayoutUp = "cryptocall_onair_playout_up"
    case onairSegmentAgeSeconds = "cryptocall_onair_segment_age_seconds"
    case onairSilentSeconds = "cryptocall_onair_silent_seconds"
    case onairTargetUp = "cryptocall_onair_target_up"
    case onairVoiceAvailable = "cryptocall_onair_voice_available"
    case processFDsLimit = "cryptocall_process_fds_limit"
    case processOpenFDs = "cryptocall_process_open_fds"
    case processResidentMemoryBytes = "cryptocall_process_resident_memory_bytes"
    case processStartTimeSeconds = "cryptocall_process_start_time_seconds"
    case processThreads = "cryptocall_process_threads"
    case processVirtualMemoryBytes = "cryptocall_process_virtual_memory_bytes"
    case storeLastOffset = "cryptocall_store_last_offset"
    case storeLogSizeBytes = "cryptocall_store_log_size_bytes"
    case storeOldestOffset = "cryptocall_store_oldest_offset"
    case storeQueueDepthEvents = "cryptocall_store_queue_depth_events"
    case supervisionChildren = "cryptocall_supervision_children"
    case supervisionPoolLatenessSeconds = "cryptocall_supervision_pool_lateness_seconds"
    case trendsCapReached = "cryptocall_trends_cap_reached"
    case trendsListAgeSeconds = "cryptocall_trends_list_age_seconds"
    case trendsSpentTicks = "cryptocall_trends_spent_ticks"
    case zeromqOpenConnections = "cryptocall_zeromq_open_connections"
    case zeromqQueueDepthEvents = "cryptocall_zeromq_queue_depth_events"
    case zeromqSubscriptions = "cryptocall_zeromq_subscriptions"

    var note: MetricNote {
        switch self {
        case .alertsOpen: MetricNote("Alerts that are open.", by: "severity")
        case .busMailboxDepthEvents: MetricNote("Events waiting in a mailbox.", by: "subscriber", atMost: 256)
        case .busSubscribers: MetricNote("Mailboxes on the bus.")
        case .configLastReloadSuccess: MetricNote("1 when the last reload was applied, 0 when it was rejected.")
        case .configLastReloadTimestampSeconds: MetricNote("When the last reload was tried, in seconds since 1970.")
        case .creditsPausedAccounts: MetricNote("Accounts whose spending is paused.")
        case .creditsSpentLastHour: MetricNote("Credits that all accounts have spent within the last hour.")
        case .daemonBuildInfo: MetricNote("Always 1; the labels name the build.", by: "version", "swift")
        case .daemonReady: MetricNote("1 from READY until the daemon is asked to stop.")
        case .daemonStartSeconds: MetricNote("Time from start to READY.")
        case .governanceWaitingBallots: MetricNote("Ballots that wait to be checked or written down.")
        case .identityPendingPasswords: MetricNote("Passwords being checked, or waiting for it.")
        case .jobsDepthJobs: MetricNote("Unfinished and discarded jobs.", by: "queue", "state", atMost: 512)
        case .jobsLeading: MetricNote("The term in which this daemon keeps the queues; 0 when another does.")
        case .jobsRunningHere: MetricNote("Jobs that run in this daemon.")
        case .limitsStoreAway: MetricNote("1 while limits are kept without the store.")
        case .limitsSubjects: MetricNote("Subjects whose limits are remembered here.")
        case .liveClients: MetricNote("Live connections open.", by: "kind")
        case .llmOpenChats: MetricNote("Calls of users under way.")
        case .marketLimitUsedRatio:
            MetricNote("The part used up of what a provider is asked at most.", by: "provider", "window", atMost: 64)
        case .marketProviderAvailable: MetricNote("1 while a provider may be asked.", by: "provider")
        case .marketQuoteAgeSeconds: MetricNote("Age of the oldest of the followed prices.")
        case .newsFailingFeeds: MetricNote("Feeds of news that did not answer well when they were asked last.")
        case .marketStreamUp: MetricNote("1 while a venue's live stream is followed.", by: "venue")
        case .onairAheadSeconds: MetricNote("Speech that is still to be heard.")
        case .onairDriftSeconds: MetricNote("How far the programme is ahead of the clock.")
        case .onairEncoderUp: MetricNote("1 while the encoder runs.")
        case .onairLoudnessLUFS: MetricNote("Loudness of the programme since the playout's start, in LUFS.")
        case .onairPlayoutUp: MetricNote("1 while the playout answers.")
        case .onairSegmentAgeSeconds: MetricNote("Age of the newest segment of the public playlist.")
        case .onairSilentSeconds: MetricNote("How long nothing has been heard.")
        case .onairTargetUp: MetricNote("1 while a server takes the programme.", by: "target")
        case .onairVoiceAvailable: MetricNote("1 while an engine can make speech.", by: "engine")
        case .processFDsLimit: MetricNote("Descriptors that the process may have open.")
        case .processOpenFDs: MetricNote("Descriptors that the process has open.")
        case .processResidentMemoryBytes: MetricNote("Memory held in RAM.")
        case .processStartTimeSeconds: MetricNote("When the process started, in seconds since 1970.")
        case .processThreads: MetricNote("Threads of the process.")
        case .processVirtualMemoryBytes: MetricNote("Address space in use.")
        case .storeLastOffset: MetricNote("Offset of the newest durable event.")
        case .storeLogSizeBytes: MetricNote("Size of the database files.")
        case .storeOldestOffset: MetricNote("Offset of the oldest durable event kept.")
        case .storeQueueDepthEvents: MetricNote("Durable events waiting for a commit.")
        case .supervisionChildren: MetricNote("Supervised children.", by: "state")
        case .supervisionPoolLatenessSeconds: MetricNote("How late the concurrency pool ran its last canary.")
        case .trendsCapReached: MetricNote("1 while the money of the day does not do for another search of X.")
        case .trendsListAgeSeconds: MetricNote("Age of the last good list of trends.")
        case .trendsSpentTicks: MetricNote("What searches of X have cost on this day in UTC, in 1e-10 US dollars.")
        case .zeromqOpenConnections: MetricNote("Connections open.", by: "endpoint")
        case .zeromqQueueDepthEvents: MetricNote("Events waiting to leave.")
        case .zeromqSubscriptions: MetricNote("Distinct subscriptions of followers.")
        }
    }

    /// The metric's row of the catalogue.
    package var declaration: MetricDeclaration {
        let note = note
        return MetricDeclaration(
            name: rawValue,
            kind: .gauge,
            help: note.help,
            labels: note.labels,
            seriesMax: note.seriesMax
        )
    }
}
