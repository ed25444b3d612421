// swift-tools-version: 6.2
import PackageDescription

// The layers and what each may import: docs/architecture.md.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "_CryptoExtras", package: "swift-crypto")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let tracing: Target.Dependency = .product(
  name: "Tracing", package: "swift-distributed-tracing")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, swiftSettings: strict)
}

let targets: [Target] = [
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CLinux"),

  library("Foundations", ["CLinux", deque]),
  library("Resources", ["Foundations", ordered, yams, deque]),
  library("CEL", ["Foundations", "Resources"]),
  library("Security", ["Foundations", crypto, cryptoExtras, x509, asn1, yams]),
  library("Settings", ["Foundations", yams]),
  library("Store", ["Foundations", "Resources", grdb, grdbSQLite, deque, log]),
  library(
    "KeyManagement",
    ["Foundations", "Resources", "Security", "Store", "Networking", nio, crypto, log]),
  // For the store's tests and measurements only: a process that can be killed.
  .executableTarget(
    name: "store-torture", dependencies: ["Foundations", "Resources", "Store"],
    swiftSettings: strict),
  library(
    "Networking",
    [
      "Foundations", "Resources", "Security", "CZlib", nio, nioPosix, nioHTTP1, nioHTTP2, nioSSL,
      nioHPACK, nioTLS, nioWebSocket, crypto, x509, asn1, log, deque,
    ]),
  library("IngressRouting", ["Foundations", "Resources", "Security"]),
  library("Scheduling", ["Foundations", "Resources", heap, deque]),
  library(
    "Controllers",
    [
      "Foundations", "Resources", "Security", "Scheduling", "IngressRouting", heap, deque, log,
    ]),
  library(
    "APIServer",
    [
      "CEL", "Foundations", "IngressRouting", "Resources", "Security", "Store", "Networking", nio,
      nioPosix, nioHTTP1, nioHTTP2, nioSSL, httpClient, log, ordered, deque, tracing,
    ]),
  .target(
    name: "ContainerRuntimeInterface",
    dependencies: [protobuf], exclude: ["Protos"]),
  library(
    "NodeAgent",
    [
      "Foundations", "Resources", "Security", "Networking", "ContainerRuntimeInterface", "CLinux",
      protobuf, nioHTTP2, nioHPACK, nio, nioPosix, nioHTTP1, nioSSL, crypto, log,
      deque,
    ], exclude: ["Images/Pause"]),
  library("ServiceProxy", ["Foundations", "Resources", log]),
  library("Diagnosis", ["Foundations", "Resources", "Scheduling", "Security"]),
  library(
    "Ingress",
    [
      "Foundations", "Resources", "Security", "Networking", "IngressRouting", nio, nioPosix,
      nioHTTP1, log, deque,
    ]),
  library("ClusterDNS", ["Foundations", "Resources", nio, nioPosix, log]),
  library("Bench", ["Foundations", "Resources", "Security", "Networking", nio, log]),
  library(
    "Operations",
    [
      "Foundations", "Settings", "Resources", "Security", "Networking", "NodeAgent", nioPosix, log,
    ]),
  .executableTarget(
    name: "martlet",
    dependencies: [
      "CLinux", "Foundations", "Settings", "Operations", "Resources", "Security", "Store",
      "Networking", "KeyManagement",
      "Scheduling", "Controllers", "APIServer", "NodeAgent", "ServiceProxy", "ClusterDNS", "Bench",
      "Diagnosis", "Ingress", "IngressRouting", arguments, yams, log, nio, nioPosix,
    ], swiftSettings: strict),
  library(
    "MartletTesting",
    [
      "Foundations", "Resources", "Security", "Store", "Networking", "Scheduling", "Controllers",
      "APIServer", "NodeAgent", "ServiceProxy", nio, nioPosix, nioHPACK, nioHTTP2, nioSSL, log,
    ]),

  tests("Foundations"),
  tests("Resources", ["Foundations"]),
  tests("CEL", ["Foundations", "Resources"]),
  tests("Security", ["Foundations", x509, crypto, cryptoExtras]),
  tests("Settings", ["Foundations"]),
  tests("Operations", ["Foundations", "Settings", "NodeAgent"]),
  tests("Store", ["Foundations", "Resources", "store-torture"]),
  tests(
    "Networking",
    [
      "Foundations", "Resources", "Security", nio, nioPosix, nioEmbedded, nioHTTP1, nioHTTP2,
      nioHPACK, nioTLS, nioSSL, x509, asn1, crypto, log,
    ]),
  tests(
    "KeyManagement",
    [
      "Foundations", "Resources", "Security", "Store", "Networking", "MartletTesting", nioPosix,
      log,
    ]),
  tests("Scheduling", ["Foundations", "Resources"]),
  tests(
    "Controllers",
    [
      "Foundations", "Resources", "Security", "Networking", "Scheduling", "APIServer",
      "MartletTesting", log,
    ]),
  tests(
    "APIServer",
    [
      "Foundations", "Resources", "Security", "Store", "Networking", "MartletTesting", log, nio,
      nioPosix, tracing,
    ]),
  tests(
    "NodeAgent",
    [
      "Foundations", "Resources", "Security", "Networking", "ContainerRuntimeInterface",
      "APIServer", "MartletTesting", protobuf, nio, nioPosix, log,
    ]),
  tests("ServiceProxy", ["Foundations", "Resources", "MartletTesting", log]),
  tests("Diagnosis", ["Foundations", "Resources", "Security"]),
  tests("Bench", ["Foundations", "Resources", "Security", "Networking"]),
  tests("ClusterDNS", ["Foundations", "Resources", "MartletTesting", nio, nioPosix, log]),
  tests("IngressRouting", ["Foundations", "Resources", "Security"]),
  tests(
    "Ingress",
    [
      "APIServer", "Foundations", "Resources", "Security", "Networking", "IngressRouting",
      "MartletTesting", nio, nioPosix, nioHTTP1, log,
    ]),
  .testTarget(
    name: "EndToEndTests",
    dependencies: ["Foundations", "Resources", "Networking", "MartletTesting", "martlet"],
    exclude: [
      "Clients/Chart", "Clients/Kustomize", "Clients/Programs", "Clients/requirements.txt",
    ],
    swiftSettings: strict),
]

/// `MARTLET_ONLY=Store,StoreTests swift test` builds those targets and what they need, and nothing
/// else: a change to a low layer is tried in seconds instead of minutes.
func limited(_ all: [Target]) -> [Target] {
  guard let wanted = Context.environment["MARTLET_ONLY"], !wanted.isEmpty else { return all }
  var kept = Set(wanted.split(separator: ",").map(String.init))
  var grew = true
  while grew {
    grew = false
    for target in all where kept.contains(target.name) {
      for dependency in target.dependencies {
        var name: String?
        switch dependency {
        case .targetItem(let target, _): name = target
        case .byNameItem(let target, _): name = target
        default: name = nil
        }
        if let name, kept.insert(name).inserted { grew = true }
      }
    }
  }
  return all.filter { kept.contains($0.name) }
}

let package = Package(
  name: "martlet",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // Which async-http-client brings along anyway.
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: limited(targets),
  swiftLanguageModes: [.v6]
)
