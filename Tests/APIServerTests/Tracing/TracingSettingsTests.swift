import Networking
import Resources
import Testing

@testable import APIServer

@Suite struct TracingSettingsTests {
  private func read(_ rest: String, version: String = "v1") throws -> TracingSettings {
    try TracingSettings(
      try DocumentParser.parse(
        yaml: Array(
          "apiVersion: apiserver.config.k8s.io/\(version)\nkind: TracingConfiguration\n\(rest)".utf8
        )))
  }

  @Test("without anything, traces of others go to the collector on this machine")
  func defaults() throws {
    for version in ["v1", "v1beta1", "v1alpha1"] {
      let settings = try read("", version: version)
      #expect(settings.collector == .tcp(host: "localhost", port: 4317))
      #expect(settings.samplingRatePerMillion == 0)
    }
    #expect(try read("endpoint: null\nsamplingRatePerMillion: null\n") == TracingSettings())
  }

  @Test(
    "an endpoint is named as gRPC names it",
    arguments: [
      ("otel:5000", .tcp(host: "otel", port: 5000)), ("otel", .tcp(host: "otel", port: 4317)),
      ("dns:///otel.example:1", .tcp(host: "otel.example", port: 1)),
      ("dns://192.0.2.1/otel:65535", .tcp(host: "otel", port: 65_535)),
      ("[::1]:4317", .tcp(host: "::1", port: 4317)), ("[::1]", .tcp(host: "::1", port: 4317)),
      ("unix:///run/otel.sock", .unixSocket(path: "/run/otel.sock")),
      ("unix:/run/otel.sock", .unixSocket(path: "/run/otel.sock")),
    ] as [(String, GRPCConnection.Address)])
  func endpoint(_ text: String, _ address: GRPCConnection.Address) throws {
    #expect(try read("endpoint: '\(text)'").collector == address)
  }

  @Test(
    "what is no endpoint is told",
    arguments: [
      "", ":4317", "otel:0", "otel:65536", "otel:x", "a:b:1", "http://otel:4317", "[::1", "[::1]4",
      "unix:run/otel.sock", "unix-abstract:otel", "otel/path",
    ])
  func wrongEndpoint(_ text: String) {
    #expect {
      try read("endpoint: '\(text)'")
    } throws: { "\($0)".hasPrefix("endpoint: Invalid value: \"\(text)\"") }
  }

  @Test("a rate lies between none and all")
  func rate() throws {
    #expect(try read("samplingRatePerMillion: 0").samplingRatePerMillion == 0)
    #expect(try read("samplingRatePerMillion: 1000000").samplingRatePerMillion == 1_000_000)
    for (rate, why) in [
      ("-1", "sampling rate must be positive"),
      ("1000001", "sampling rate per million must be less than or equal to one million"),
      ("many", "it is no whole number"),
    ] {
      #expect {
        try read("samplingRatePerMillion: \(rate)")
      } throws: { "\($0)".hasSuffix(why) }
    }
  }

  @Test("a file of another kind or with other fields is refused")
  func otherKinds() throws {
    #expect(throws: TracingSettings.Problem.self) { try TracingSettings(["kind": "Policy"]) }
    #expect(throws: TracingSettings.Problem.self) { try read("", version: "v2") }
    #expect(throws: TracingSettings.Problem(description: "unknown field \"endpont\"")) {
      try read("endpont: x")
    }
  }
}
