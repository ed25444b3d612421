// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that ordinary builds never pay for it. The layers that are measured stand
// here as links to their sources: `package` access ends at a package's border.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "martlet-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(
      name: "Foundations",
      dependencies: [.product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),
    .target(
      name: "Resources",
      dependencies: [
        "Foundations",
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "DocumentBenchmark", dependencies: ["Resources"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
