import Foundation
import Foundations
import MartletTesting
import Networking
import Synchronization
import Testing

/// A KMS plugin and a collector of traces, which run in the test and are reached through sockets.
private final class SocketServices: Sendable {
  let directory: String
  /// What was sent to the collector.
  private let traces = Mutex<[UInt8]>([])
  private let calls = Mutex<[String]>([])

  init() throws {
    // Short: a socket's path is.
    directory = "/tmp/martlet-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try setKey("key-1")
    try write(
      "tracing.yaml",
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: TracingConfiguration
      endpoint: unix://\(directory)/traces
      samplingRatePerMillion: 1000000
      """)
    let plugin = "{kms: {apiVersion: v2, name: test, endpoint: 'unix://\(directory)/kms'}}"
    for (name, providers) in [
      ("there.yaml", "[\(plugin), {identity: {}}]"), ("back.yaml", "[{identity: {}}, \(plugin)]"),
    ] {
      try write(
        name,
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources: [{resources: [secrets], providers: \(providers)}]
        """)
    }
  }

  deinit {
    // What is left behind by a test that failed early is the system's to remove.
    try? FileManager.default.removeItem(atPath: directory)
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
  }

  /// The script does so too.
  func setKey(_ id: String) throws { try write("keyid", id) }

  /// The plugin's calls, in order.
  var methods: [String] { calls.withLock { $0 } }

  func hasTraced(_ name: String) -> Bool {
    traces.withLock { $0 }.firstRange(of: Array(name.utf8)) != nil
  }

  /// Runs the body with the collector, and with the plugin from a little later on.
  func run(_ body: () async throws -> Void) async throws {
    let collector = try await FakeGRPCServer.start(at: .unixSocket(path: "\(directory)/traces")) {
      [self] _, message in
      traces.withLock { $0 += message }
      return .message([])
    }
    async let late = {
      try await Task.sleep(for: .seconds(2))
      return try await FakeGRPCServer.start(at: .unixSocket(path: "\(directory)/kms")) {
        [self] path, message in answer(path, message)
      }
    }()
    try await body()
    try await late.stop()
    try await collector.stop()
  }

  private func answer(_ path: String, _ message: [UInt8]) -> FakeGRPCServer.Reply {
    let method = String(path.split(separator: "/").last ?? "")
    calls.withLock { $0.append(method) }
    do {
      let id = try String(contentsOfFile: "\(directory)/keyid", encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let request = try WireFields(message)
      var answer = WireMessage()
      switch method {
      case "Status":
        answer.add(1, "v2")
        answer.add(2, "ok")
        answer.add(3, id)
      case "Encrypt":
        // Of no use against anybody, but not what it was.
        answer.add(1, request.bytes(1).map { ~$0 })
        answer.add(2, id)
      default: answer.add(1, request.bytes(1).map { ~$0 })
      }
      return .message(answer.bytes)
    } catch {
      return .failure(GRPCError(code: .unknown, message: "\(error)"))
    }
  }
}

/// Secrets that a KMS plugin's key hides, and what can be looked into, with a real server.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct KeyServiceTests {
  @Test("a server waits for its KMS plugin, follows its key, and goes back to keys of its own")
  func plugin() async throws {
    let services = try SocketServices()
    try await services.run {
      try await OwnCluster.run(
        #"""
        on_disk() { cat /var/lib/martlet/store/* | grep -a -q "$1"; }
        restart() {
          kill $! && wait $! || true
          "$martlet" server --cgroup-root $group "$@" >>"$work/log" 2>&1 &
          eventually kubectl get --raw /readyz
        }
        password() { kubectl get secret hidden -o jsonpath='{.data.password}'; }
        kubectl create secret generic hidden --from-literal=password=swordfish
        on_disk k8s:enc:kms:v2:test:
        refuses on_disk c3dvcmRmaXNo
        refuses on_disk swordfish
        holds 'kms-provider-0 ok' kubectl get --raw '/readyz?verbose'
        holds 'method_name="Encrypt",grpc_status_code="OK"} 1' kubectl get --raw /metrics

        holds heap_used_bytes kubectl get --raw /debug/memory
        refuses kubectl get --raw /debug/memory --as jane

        echo key-2 >$services/keyid
        restart
        holds c3dvcmRmaXNo password
        eventually on_disk key-2

        kill $! && wait $! || true
        refuses env -u MARTLET_ENCRYPTION_PROVIDER_CONFIG "$martlet" server --cgroup-root $group
        grep 'is sealed by it, and no encryption-provider-config names it' "$work/said"
        "$martlet" server --cgroup-root $group >>"$work/log" 2>&1 &
        eventually kubectl get --raw /readyz

        restart --encryption-provider-config $services/back.yaml
        eventually grep -q 'sealed . Secrets with the newest key' "$work/log"
        unset MARTLET_ENCRYPTION_PROVIDER_CONFIG
        restart --profiling off
        holds c3dvcmRmaXNo password
        refuses kubectl get --raw /debug/memory
        refuses grep -E 'swordfish|c3dvcmRmaXNo' "$work/log"
        """#, name: "kms",
        before: """
          services=\(services.directory)
          export MARTLET_ENCRYPTION_PROVIDER_CONFIG=$services/there.yaml MARTLET_PROFILING=on
          export MARTLET_TRACING_CONFIG_FILE=$services/tracing.yaml
          """)
    }
    #expect(services.methods.first == "Status")
    // One for each start, none for each Secret; and one for each seed that a start finds.
    #expect(services.methods.count { $0 == "Encrypt" } == 4)
    #expect(services.methods.count { $0 == "Decrypt" } <= 4)
    #expect(services.hasTraced("GET /api/v1/namespaces/{:namespace}/secrets/{:name}"))
    #expect(services.hasTraced("store commit"))
    #expect(!services.hasTraced("swordfish"))
  }
}
