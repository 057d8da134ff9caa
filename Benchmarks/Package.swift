// swift-tools-version: 6.2
import PackageDescription

/// As in the product: Swift 6 mode, warnings are errors.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

/// The measured modules are links to the product's sources.
///
/// Of Actors only the supervision is here, so that no benchmark needs the market.
let package = Package(
    name: "cryptocall-benchmarks",
    products: [
        .executable(name: "BusBench", targets: ["BusBench"]),
        .executable(name: "RestartBench", targets: ["RestartBench"]),
        .executable(name: "WireBench", targets: ["WireBench"]),
        .executable(name: "LogBench", targets: ["LogBench"]),
        .executable(name: "HTTPBench", targets: ["HTTPBench"]),
        .executable(name: "JobBench", targets: ["JobBench"]),
        .executable(name: "TokenBench", targets: ["TokenBench"]),
        .executable(name: "SentimentBench", targets: ["SentimentBench"]),
        .executable(name: "HistoryBench", targets: ["HistoryBench"]),
        .executable(name: "IngestBench", targets: ["IngestBench"]),
        .executable(name: "TallyBench", targets: ["TallyBench"]),
        .executable(name: "VoteBench", targets: ["VoteBench"]),
        .executable(name: "OracleBench", targets: ["OracleBench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(name: "CThreading"),
        .target(name: "Threading", dependencies: ["CThreading", collections], swiftSettings: swiftSettings),
        .target(name: "Bus", dependencies: ["Threading", collections], swiftSettings: swiftSettings),
        .target(
            name: "Store",
            dependencies: ["Bus", "Threading", collections, grdb, sqlite, logging],
            swiftSettings: swiftSettings
        ),
        .target(name: "Domain", dependencies: ["Bus"], swiftSettings: swiftSettings),
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
        .systemLibrary(name: "COpenSSL"),
        .target(
            name: "Identity",
            dependencies: [
                "Bus", "COpenSSL", "Domain", "Store", "Threading", logging,
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CCurl"),
        .target(name: "HTTPClient", dependencies: ["Bus", "CCurl", "Threading"], swiftSettings: swiftSettings),
        .target(
            name: "Market",
            dependencies: ["Bus", "Domain", "HTTPClient", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .target(name: "JSON", swiftSettings: swiftSettings),
        .target(
            name: "Sentiment",
            dependencies: ["Domain", "JSON"],
            resources: [.embedInCode("Resources/lexicon.txt"), .embedInCode("Resources/sentences.txt")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "MarketHistory",
            dependencies: ["Bus", "Domain", "JSON", "Market", "Store", "Threading"],
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
        .target(name: "Governance", dependencies: ["Bus", "Domain", "JSON"], swiftSettings: swiftSettings),
        .target(
            name: "GovernanceRecords",
            dependencies: ["Bus", "Domain", "Governance", "JSON", "Store", "Threading"],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CZeroMQ"),
        .target(
            name: "BusZeroMQ",
            dependencies: ["Bus", "CZeroMQ", "JSON", "Threading", collections],
            swiftSettings: swiftSettings
        ),
        .target(name: "Actors", dependencies: ["Bus", "Threading", lifecycle], swiftSettings: swiftSettings),

        .executableTarget(name: "BusBench", dependencies: ["Bus", "Threading"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "RestartBench",
            dependencies: ["Actors", "Bus", "Threading"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "WireBench",
            dependencies: ["Bus", "BusZeroMQ", "JSON", "Threading"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(name: "LogBench", dependencies: ["Bus", "Store", "Threading"], swiftSettings: swiftSettings),
        .executableTarget(name: "HTTPBench", dependencies: ["HTTPClient", "Threading"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "JobBench",
            dependencies: ["Bus", "Domain", "Jobs", "Store", "StorePostgres", "Threading"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "HistoryBench",
            dependencies: ["Bus", "Domain", "MarketHistory", "Store", "StorePostgres"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "IngestBench",
            dependencies: ["Bus", "Domain", "Market"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "TallyBench",
            dependencies: ["Chains", "Governance"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "VoteBench",
            dependencies: [
                "Bus", "ChainReaders", "Chains", "Domain", "Governance", "GovernanceRecords", "HTTPClient", "Store",
                "StorePostgres", "Threading",
            ],
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
        .executableTarget(
            name: "OracleBench",
            dependencies: ["Bus", "Domain", "HTTPClient", "JSON", "Store", "WalletAnalysis", "WalletOracle"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "TokenBench",
            dependencies: ["Bus", "Domain", "Identity", "Store"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(name: "SentimentBench", dependencies: ["Sentiment"], swiftSettings: swiftSettings),
    ]
)
