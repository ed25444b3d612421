import Foundation
import Foundations
import Logging
import MartletTesting
import Resources
import Testing

@testable import ServiceProxy

@Suite(
  "The proxy's loop",
  .enabled("needs root, nft, ip and python3") { await ServiceNetwork.isPossible() }
)
struct ServiceProxyTests {
  private let both = ServiceNetwork.podAddresses.map { Sample.endpoint($0) }

  /// Looks again until `condition` holds, for at most ten seconds.
  private func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<200 {
      if try await condition() { return }
      try await ContinuousClock().sleep(for: .milliseconds(50))
    }
    Issue.record("\(what) did not come true")
  }

  private func proxy(_ client: ScriptedClient, _ loader: RuleLoader) -> ServiceProxy {
    var pace = ServiceProxy.Pace()
    pace.checkInterval = .milliseconds(200)
    return ServiceProxy(
      client: client, surroundings: Sample.surroundings, loader: loader, pace: pace,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test("Services that come, change and go are served; a flushed table comes back")
  func follows() async throws {
    try await ServiceNetwork.with { network in
      try await network.serving {
        let client = ScriptedClient()
        let proxy = proxy(client, network.loader)
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { await proxy.run() }
          client.set(.services, Sample.service().document)
          try await eventually("refusal") {
            try await network.call("10.96.0.10", 80, from: network.client) == ["refused"]
          }
          client.set(.endpointSlices, Sample.slice(both).document)
          try await eventually("an answer") {
            try await network.call("10.96.0.10", 80, from: network.client)[0].hasPrefix("pod")
          }
          client.set(.endpointSlices, Sample.slice([both[1]]).document)
          try await eventually("only pod1") {
            let answers = try await network.call("10.96.0.10", 80, from: network.client, times: 12)
            return answers.allSatisfy { $0.hasPrefix("pod1") }
          }
          try await network.inside(network.node, "nft flush ruleset")
          try await eventually("the table") {
            try await network.loader.isTablePresent(Sample.surroundings.table)
          }
          client.remove(.services, Sample.service().document)
          try await eventually("no rules") {
            try await !network.inside(network.node, "nft list ruleset").contains("10.96.0.10")
          }
          group.cancelAll()
        }
        #expect(proxy.status.failureCount == 0)
        try await proxy.cleanUp()
        #expect(try await network.inside(network.node, "nft list ruleset").isEmpty)
      }
    }
  }

  @Test("unchanged objects cause no transaction, and a refusal is reported and tried again")
  func retries() async throws {
    let client = ScriptedClient()
    client.set(.services, Sample.service().document)
    let refusing = RuleLoader(nft: ["sh", "-c", "cat >/dev/null; echo no room >&2; exit 1"])
    let failing = proxy(client, refusing)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await failing.run() }
      try await eventually("a second try") { failing.status.failureCount > 1 }
      group.cancelAll()
    }
    #expect(failing.status.lastError?.contains("no room") == true)
    #expect(!failing.status.isReady)

    let accepting = proxy(client, RuleLoader(nft: ["sh", "-c", "cat >/dev/null"]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await accepting.run() }
      try await eventually("the first rules") { accepting.status.isReady }
      let before = accepting.status.appliedCount
      for _ in 0..<5 { client.set(.services, Sample.service().document) }
      try await ContinuousClock().sleep(for: .milliseconds(300))
      #expect(accepting.status.appliedCount == before)
      group.cancelAll()
    }
  }

  @Test("a slice with a pod that ends is acknowledged once its rules are in force, not before")
  func acknowledges() async throws {
    func slice(_ revision: Int, isEnding: Bool) -> Document {
      let endpoint = Sample.endpoint("10.42.0.9", ready: !isEnding, terminating: isEnding)
      var slice = Sample.slice([endpoint]).document
      slice.set(Document(String(revision)), at: ["metadata", "resourceVersion"])
      slice.set(
        "endpointslice-controller.k8s.io",
        at: ["metadata", "labels", "endpointslice.kubernetes.io/managed-by"])
      return slice
    }
    let gate = FileManager.default.temporaryDirectory.appending(path: "nft-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: gate) }
    let client = ScriptedClient()
    client.set(.services, Sample.service().document)
    client.set(.endpointSlices, slice(5, isEnding: false))
    let acknowledger = RotationAcknowledger(
      client: client, duty: .proxy, node: "one", pace: .milliseconds(1)
    ) { Issue.record("\($0)") }
    var pace = ServiceProxy.Pace()
    pace.retryDelayMax = .milliseconds(100)
    let proxy = ServiceProxy(
      client: client, surroundings: Sample.surroundings, acknowledger: acknowledger,
      // Takes nothing while the file is there.
      loader: RuleLoader(nft: ["sh", "-c", "cat >/dev/null; test ! -e \(gate)"]), pace: pace,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    func told() -> [String] {
      client.patches.compactMap {
        $0[path: "metadata", "annotations", "martlet.io/proxy-acts-on"]?.string
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await acknowledger.run() }
      group.addTask { await proxy.run() }
      try await eventually("the first word") { !told().isEmpty }
      let before = told()
      try Data().write(to: URL(filePath: gate))
      client.set(.endpointSlices, slice(7, isEnding: true))
      try await eventually("a refusal") { proxy.status.failureCount > 1 }
      #expect(told() == before)
      try FileManager.default.removeItem(atPath: gate)
      try await eventually("the second word") { told().last == "7" }
      group.cancelAll()
    }
  }
}
