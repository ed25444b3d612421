// swift-tools-version: 6.2
import PackageDescription

// A package of its own: libFuzzer brings its own main, and instruments everything it is built with.
//
//     swift build --package-path Fuzz -c release --sanitize=fuzzer
//     Fuzz/.build/release/DocumentFuzz -max_total_time=60

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "martlet-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Foundations",
      dependencies: ["CLinux", .product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),
    .target(
      name: "Resources",
      dependencies: [
        "Foundations",
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "DocumentFuzz", dependencies: ["Resources"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
  ],
  swiftLanguageModes: [.v6]
)
