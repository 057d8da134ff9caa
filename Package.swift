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

/// Targets are listed bottom-up: each may import only what stands above it.
let package = Package(
    name: "cryptocall",
    dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
    targets: [
        .target(name: "CThreading"),
        .target(name: "Threading", dependencies: ["CThreading"], swiftSettings: swiftSettings),
        .target(name: "Bus", dependencies: ["Threading", collections], swiftSettings: swiftSettings),
        .testTarget(name: "ThreadingTests", dependencies: ["Threading"], swiftSettings: swiftSettings),
        .testTarget(name: "BusTests", dependencies: ["Bus", "Threading"], swiftSettings: swiftSettings),
    ]
)
