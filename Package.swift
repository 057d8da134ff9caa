// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled the same way: Swift 6 mode, warnings are errors.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// Targets are listed bottom-up: each may import only what stands above it.
let package = Package(
    name: "cryptocall",
    products: [
        .executable(name: "cryptocalld", targets: ["Daemon"]),
        .executable(name: "cryptocallctl", targets: ["CLI"]),
        .executable(name: "cryptocall-speech", targets: ["SpeechWorkerProgram"]),
        .executable(name: "cryptocall-playout", targets: ["PlayoutProgram"]),
        .executable(name: "cryptocall-render", targets: ["RenderProgram"]),
        .executable(name: "cryptocall-faultserver", targets: ["FaultServerProgram"]),
        .library(name: "CryptoCallClient", targets: ["CryptoCallClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(name: "CThreading"),
        .target(name: "Threading", dependencies: ["CThreading", collections], swiftSettings: swiftSettings),
        .target(name: "ChildProcesses", swiftSettings: swiftSettings),
        .target(name: "JSON", swiftSettings: swiftSettings),
        .target(name: "CTelemetry"),
        .target(
            name: "Telemetry",
            dependencies: [
                "CTelemetry", "Threading", logging, metrics,
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "Bus", dependencies: ["Threading", collections], swiftSettings: swiftSettings),
        .target(name: "Domain", dependencies: ["Bus"], swiftSettings: swiftSettings),
        .target(
            name: "Store",
            dependencies: ["Bus", "Threading", collections, grdb, sqlite, logging],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CPostgres"),
        .target(
            name: "StorePostgres",
            dependencies: ["Bus", "CPostgres", "Store", "Threading", collections, logging],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Jobs",
            dependencies: ["Bus", "Domain", "Store", "Threading", collections, logging],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CCurl"),
        .target(name: "HTTPClient", dependencies: ["Bus", "CCurl", "Threading"], swiftSettings: swiftSettings),
        .target(
            name: "WebSocket",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WebSocketClient",
            dependencies: [
                "HTTPClient", "Threading", "WebSocket",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CCairo"),
        .systemLibrary(name: "CQRCode"),
        .target(name: "Drawing", dependencies: ["CCairo", "CQRCode"], swiftSettings: swiftSettings),
        .target(name: "Visemes", swiftSettings: swiftSettings),
        .target(
            name: "Puppets",
            dependencies: ["Drawing", "JSON"],
            resources: [.embedInCode("Hosts/nova.json"), .embedInCode("Hosts/rex.json")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Picture",
            dependencies: ["Bus", "Domain", "Drawing"],
            resources: [.embedInCode("Theme/Resources/dark.json"), .embedInCode("Theme/Resources/light.json")],
            swiftSettings: swiftSettings
        ),
        .target(name: "RenderWire", swiftSettings: swiftSettings),
        .target(
            name: "Rendering",
            dependencies: [
                "Bus", "ChildProcesses", "Domain", "Drawing", "Picture", "Puppets", "RenderWire", "Sound", "Threading",
                "Visemes",
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "RenderProgram",
            dependencies: ["RenderWire", "Rendering", arguments],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "AvatarServices",
            dependencies: ["Bus", "Domain", "HTTPClient", "Identity", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CEbur128"),
        .target(name: "Sound", dependencies: ["CEbur128", "Threading"], swiftSettings: swiftSettings),
        .target(
            name: "Broadcast",
            dependencies: ["Bus", "ChildProcesses", "JSON", "Sound", "Threading", logging],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CZeroMQ"),
        .target(
            name: "BusZeroMQ",
            dependencies: ["Bus", "CZeroMQ", "JSON", "Threading", collections],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Market",
            dependencies: ["Bus", "Domain", "HTTPClient", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "PlayoutLink",
            dependencies: ["Bus", "JSON", "Threading", logging],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Playout",
            dependencies: ["Bus", "JSON", "PlayoutLink", "Sound", "Telemetry", "Threading", logging],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "PlayoutProgram",
            dependencies: [
                "Broadcast", "Bus", "JSON", "Playout", "PlayoutLink", "RenderWire", "Sound", "Telemetry", "Threading",
                arguments, logging,
            ],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CExpat"),
        .target(
            name: "News",
            dependencies: ["Bus", "CExpat", "Domain", "HTTPClient"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "MarketHistory",
            dependencies: ["Bus", "Domain", "JSON", "Market", "Store", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Credits",
            dependencies: ["Bus", "Domain", "Store", "Threading"],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CSodium"),
        .systemLibrary(name: "CSecp256k1"),
        .target(
            name: "Chains",
            dependencies: ["Bus", "CSecp256k1", "CSodium", "Domain"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ChainReaders",
            dependencies: ["Bus", "Chains", "HTTPClient", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Governance",
            dependencies: ["Bus", "Domain", "JSON"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "GovernanceRecords",
            dependencies: ["Bus", "Domain", "Governance", "JSON", "Store", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(name: "LLM", dependencies: ["Bus", "HTTPClient", "JSON", "Threading"], swiftSettings: swiftSettings),
        .target(
            name: "Chat",
            dependencies: ["Bus", "Credits", "JSON", "LLM", "Threading", logging],
            resources: [.embedInCode("Prompts/chat.txt"), .embedInCode("Prompts/terms.txt")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Trends",
            dependencies: ["Bus", "Domain", "JSON", "LLM"],
            resources: [.embedInCode("Prompts/trends.txt")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Sentiment",
            dependencies: ["Domain", "JSON"],
            resources: [.embedInCode("Resources/lexicon.txt"), .embedInCode("Resources/sentences.txt")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WalletOracle",
            dependencies: ["Bus", "Domain", "JSON", "Sentiment"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "WalletAnalysis",
            dependencies: [
                "Bus", "ChainReaders", "Chains", "Domain", "HTTPClient", "JSON", "Store", "Threading", "WalletOracle",
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "COnnxRuntime"),
        .target(
            name: "SentimentONNX",
            dependencies: ["COnnxRuntime", "Domain", "Sentiment", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "SentimentServices",
            dependencies: ["Bus", "Domain", "HTTPClient", "JSON", "LLM", "Sentiment", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(name: "Show", dependencies: ["Bus", "Domain", "Store", "Threading"], swiftSettings: swiftSettings),
        .target(name: "SpeechWire", dependencies: ["JSON"], swiftSettings: swiftSettings),
        .target(
            name: "Media",
            dependencies: [
                "Bus", "Domain", "HTTPClient", "JSON", "Sound", "SpeechWire", "Threading", subprocess, system,
            ],
            resources: [.embedInCode("Text/Resources/pronunciations.txt")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Films",
            dependencies: [
                "Bus", "ChildProcesses", "Domain", "JSON", "Media", "RenderWire", "Store", "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Actors",
            dependencies: [
                "Bus", "Domain", "Jobs", "Market", "MarketHistory", "Media", "PlayoutLink", "Show", "Store",
                "Threading",
                logging, lifecycle,
            ],
            resources: [.embedInCode("Host/Prompts/host.txt")],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "COpenSSL"),
        .target(
            name: "Identity",
            dependencies: [
                "Bus", "COpenSSL", "Domain", "Store", "Threading", logging,
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "API",
            dependencies: [
                "Bus", "Chat", "Credits", "Domain", "Films", "Governance", "GovernanceRecords", "Identity", "JSON",
                "LLM",
                "RenderWire", "Store", "Telemetry", "Threading", "WalletAnalysis", "WalletOracle", "WebSocket",
                collections, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            // Part of the program: the daemon needs no files beside it.
            resources: [
                "clock.js", "console.css", "console.js", "contact.js", "copy.js", "delegation.js", "feeder.js",
                "icon.svg", "listen.js",
                "login.js", "news.js", "onair.js", "playlist.js", "proposal.js", "ranking.js", "refresh.js",
                "signing.js", "veto.js", "wallets.js",
            ].map { .embedInCode("Console/Files/\($0)") },
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "Daemon",
            dependencies: [
                "API", "Actors", "Bus", "BusZeroMQ", "ChainReaders", "Chains", "Chat", "ChildProcesses", "Credits",
                "Domain", "Films", "Governance", "GovernanceRecords", "HTTPClient", "Identity",
                "JSON", "Jobs", "LLM", "Market", "MarketHistory", "Media", "News", "PlayoutLink", "RenderWire",
                "Sentiment",
                "SentimentONNX", "SentimentServices", "Show", "Store", "StorePostgres", "Telemetry", "Threading",
                "TOMLKit", "Trends", "WalletAnalysis", "WalletOracle", "WebSocketClient", arguments, lifecycle, logging,
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "CryptoCallClient",
            dependencies: ["BusZeroMQ", "JSON", "Threading", collections],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Bus", "BusZeroMQ", "Chains", "ChildProcesses", "CryptoCallClient", "Domain", "Governance", "JSON",
                "Sentiment", "Threading", arguments,
            ],
            swiftSettings: swiftSettings
        ),

        // Speaks by espeak-ng, in a process of its own.
        .systemLibrary(name: "CEspeak"),
        .executableTarget(
            name: "SpeechWorkerProgram",
            dependencies: ["CEspeak", "JSON", "SpeechWire"],
            swiftSettings: swiftSettings
        ),

        // A model provider that fails on purpose, for tests.
        .target(
            name: "FaultServer",
            dependencies: [
                "JSON", "Threading",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "FaultServerProgram",
            dependencies: ["FaultServer", "Threading", arguments],
            swiftSettings: swiftSettings
        ),

        .target(
            name: "TestKit",
            dependencies: ["Bus", "Domain", "Jobs", "Store", "StorePostgres", "Threading", logging],
            path: "Tests/TestKit",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "Bus", "Chat", "Credits", "Domain", "Films", "Governance", "GovernanceRecords", "HTTPClient",
                "Identity",
                "JSON", "LLM", "RenderWire", "Store", "StorePostgres", "Telemetry", "TestKit", "Threading",
                "WalletAnalysis",
                "WalletOracle", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "FilmsTests",
            dependencies: [
                "Bus", "Domain", "Films", "JSON", "Media", "RenderWire", "Store", "StorePostgres", "TestKit",
                "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "IdentityTests",
            dependencies: ["Bus", "Domain", "Identity", "Store", "StorePostgres", "TestKit", "Threading", logging],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CreditsTests",
            dependencies: ["Bus", "Credits", "Domain", "Store", "StorePostgres", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ChatTests",
            dependencies: [
                "Bus", "Chat", "Credits", "Domain", "HTTPClient", "JSON", "LLM", "Store", "StorePostgres", "TestKit",
                "Threading", logging,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ChainsTests",
            dependencies: ["Bus", "Chains", "JSON", "TestKit"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ChainReadersTests",
            dependencies: ["Bus", "ChainReaders", "Chains", "HTTPClient", "JSON", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "GovernanceTests",
            dependencies: ["Bus", "Domain", "Governance", "JSON"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "GovernanceRecordsTests",
            dependencies: [
                "Bus", "Domain", "Governance", "GovernanceRecords", "JSON", "Store", "StorePostgres", "TestKit",
                "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WalletAnalysisTests",
            dependencies: [
                "Bus", "ChainReaders", "Chains", "Domain", "HTTPClient", "JSON", "Store", "StorePostgres", "TestKit",
                "Threading", "WalletAnalysis", "WalletOracle",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WalletOracleTests",
            dependencies: ["Bus", "Domain", "JSON", "WalletOracle"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "TrendsTests",
            dependencies: ["Bus", "Domain", "JSON", "LLM", "Trends"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SentimentONNXTests",
            dependencies: ["Domain", "Sentiment", "SentimentONNX"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SentimentTests",
            dependencies: ["Domain", "JSON", "Sentiment", "TestKit"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SentimentServicesTests",
            dependencies: [
                "Bus", "Domain", "HTTPClient", "JSON", "Sentiment", "SentimentServices", "TestKit", "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "FaultServerTests",
            dependencies: [
                "FaultServer", "JSON",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Recordings"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LLMTests",
            dependencies: ["Bus", "HTTPClient", "JSON", "LLM", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "JSONTests", dependencies: ["Bus", "JSON"], swiftSettings: swiftSettings),
        .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"], swiftSettings: swiftSettings),
        .testTarget(name: "ThreadingTests", dependencies: ["Threading"], swiftSettings: swiftSettings),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", "TestKit", "Threading", logging, metrics],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "BusTests", dependencies: ["Bus", "Threading"], swiftSettings: swiftSettings),
        .testTarget(
            name: "DomainTests",
            dependencies: ["Bus", "Domain"],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Bus", "Store", "TestKit", "Threading", grdb],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "StorePostgresTests",
            dependencies: ["Bus", "Store", "StorePostgres", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "JobsTests",
            dependencies: ["Bus", "Domain", "Jobs", "Store", "StorePostgres", "TestKit", "Threading", logging],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["Bus", "HTTPClient", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WebSocketTests",
            dependencies: [
                "TestKit", "Threading", "WebSocket", "WebSocketClient",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "DrawingTests", dependencies: ["Drawing"], swiftSettings: swiftSettings),
        .testTarget(
            name: "PuppetsTests",
            dependencies: ["Drawing", "JSON", "Puppets"],
            exclude: ["Goldens"],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "VisemesTests", dependencies: ["Visemes"], swiftSettings: swiftSettings),
        .testTarget(
            name: "PictureTests",
            dependencies: ["Bus", "Domain", "Drawing", "Picture"],
            exclude: ["Goldens"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "RenderingTests",
            dependencies: ["Drawing", "RenderWire", "Rendering", "TestKit"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "AvatarServicesTests",
            dependencies: [
                "AvatarServices", "Bus", "Domain", "HTTPClient", "Identity", "JSON", "TestKit", "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "BroadcastTests",
            dependencies: ["Broadcast", "Bus", "JSON", "Sound", "TestKit", "Threading", logging],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "BusZeroMQTests",
            dependencies: ["Bus", "BusZeroMQ", "CZeroMQ", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MarketTests",
            dependencies: ["Bus", "Domain", "HTTPClient", "JSON", "Market", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "PlayoutTests",
            dependencies: [
                "Bus", "JSON", "Playout", "PlayoutLink", "PlayoutProgram", "Sound", "Telemetry", "TestKit", "Threading",
                logging,
            ],
            exclude: ["Preload"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "NewsTests",
            dependencies: ["Bus", "Domain", "HTTPClient", "News", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MediaTests",
            dependencies: [
                "Bus", "Domain", "HTTPClient", "JSON", "Media", "SpeechWire", "SpeechWorkerProgram", "TestKit",
                "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MarketHistoryTests",
            dependencies: [
                "Bus", "Domain", "JSON", "Market", "MarketHistory", "Store", "StorePostgres", "TestKit", "Threading",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ShowTests",
            dependencies: ["Bus", "Domain", "Show", "Store", "StorePostgres", "TestKit", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ActorsTests",
            dependencies: [
                "Actors", "Bus", "Domain", "HTTPClient", "Jobs", "Market", "MarketHistory", "Media", "Playout",
                "PlayoutLink", "Show", "Store", "StorePostgres", "TestKit", "Threading", lifecycle, logging,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "API", "Actors", "Bus", "BusZeroMQ", "Chat", "Credits", "Daemon", "Domain", "Films", "HTTPClient",
                "Identity",
                "JSON", "Jobs", "LLM", "Market", "MarketHistory", "Media", "News", "PlayoutLink",
                "PlayoutProgram", "Sentiment", "SentimentServices", "Show", "Store", "StorePostgres", "Telemetry",
                "TestKit", "Threading", "Trends", arguments, logging,
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CryptoCallClientTests",
            dependencies: ["BusZeroMQ", "CZeroMQ", "CryptoCallClient", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "Bus", "BusZeroMQ", "CLI", "Chains", "CryptoCallClient", "Domain", "Governance", "JSON", "Sentiment",
                arguments,
            ],
            swiftSettings: swiftSettings
        ),
    ]
)

// `make test-tsan` builds the test targets that it runs, and what they stand on: building all of it twice takes too long.
if let wanted = Context.environment["TEST_TARGETS"] {
    let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
    var kept: Set<String> = []
    var waiting = wanted.split(separator: " ").map(String.init)
    while let name = waiting.popLast() {
        guard let target = targets[name], kept.insert(name).inserted else { continue }
        waiting += target.dependencies.compactMap { dependency in
            if case .byNameItem(let name, _) = dependency { name } else { nil }
        }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll()
}
