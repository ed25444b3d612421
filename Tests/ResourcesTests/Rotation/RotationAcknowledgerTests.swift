import Foundations
import Synchronization
import Testing

@testable import Resources

@Suite("What a proxy tells of the slices that it acts on")
struct RotationAcknowledgerTests {
  private func slice(_ revision: Int, isEnding: Bool) -> Document {
    [
      "metadata": [
        "name": "s", "namespace": "default", "resourceVersion": Document(String(revision)),
        "labels": [
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"
        ],
      ],
      "endpoints": [["conditions": ["terminating": Document(isEnding)]]],
    ]
  }

  /// Runs an acknowledger while `body` drives it.
  private func telling(
    refusals: Int = 0,
    _ body: @Sendable (RotationAcknowledger, LeaseClient) async throws -> Void
  ) async throws {
    let client = LeaseClient(refusals: refusals)
    let acknowledger = RotationAcknowledger(
      client: client, duty: .proxy, node: "one", pace: .milliseconds(1)
    ) { client.note(failure: $0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await acknowledger.run() }
      try await body(acknowledger, client)
      group.cancelAll()
    }
  }

  @Test("the first rules are told of, and then only what has a pod that ends, once it is in force")
  func onlyEndings() async throws {
    try await telling { acknowledger, client in
      acknowledger.saw(.added(slice(3, isEnding: false)))
      acknowledger.acts(on: acknowledger.mark)
      try await client.waitFor(["3"])
      acknowledger.saw(.updated(old: slice(3, isEnding: false), new: slice(4, isEnding: false)))
      acknowledger.acts(on: acknowledger.mark)
      let early = acknowledger.mark
      acknowledger.saw(.updated(old: slice(4, isEnding: false), new: slice(5, isEnding: true)))
      acknowledger.acts(on: early)  // the fifth is not in force
      acknowledger.saw(.added(slice(6, isEnding: false)))
      acknowledger.acts(on: acknowledger.mark)
      try await client.waitFor(["3", "6"])
      acknowledger.saw(.removed(slice(7, isEnding: true)))
      acknowledger.acts(on: acknowledger.mark)
      acknowledger.saw(.added(slice(8, isEnding: true)))
      acknowledger.acts(on: acknowledger.mark)
      try await client.waitFor(["3", "6", "8"])
    }
  }

  @Test("a write that is refused is tried again, and complained of once")
  func retries() async throws {
    try await telling(refusals: 2) { acknowledger, client in
      acknowledger.acts(on: acknowledger.mark)
      try await client.waitFor(["0"])
      #expect(client.failures == ["no lease yet"])
    }
  }
}

/// Takes patches of leases, and nothing else.
private final class LeaseClient: ClusterClient {
  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }
  private let state: Mutex<(told: [String], refusals: Int, failures: [String])>

  init(refusals: Int) { state = Mutex((told: [], refusals: refusals, failures: [])) }

  var failures: [String] { state.withLock { $0.failures } }

  func note(failure: any Error) { state.withLock { $0.failures.append("\(failure)") } }

  func waitFor(_ told: [String]) async throws {
    for _ in 0..<500 where state.withLock({ $0.told }) != told {
      try await ContinuousClock().sleep(for: .milliseconds(10))
    }
    #expect(state.withLock { $0.told } == told)
  }

  func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String?,
    _ patch: Patch, options: WriteOptions
  ) async throws -> Document {
    try state.withLock { state in
      if state.refusals > 0 {
        state.refusals -= 1
        throw Refusal(description: "no lease yet")
      }
      guard resource == .leases, namespace == "kube-node-lease", name == "one",
        let told = patch.body[path: "metadata", "annotations", "martlet.io/proxy-acts-on"]?.string
      else { throw Refusal(description: "not a word of this node's proxy") }
      state.told.append(told)
      return patch.body
    }
  }

  private let other = Refusal(description: "only leases are written here")
  func get(_ resource: ResourceType, namespace: String?, name: String) async throws -> Document {
    throw other
  }
  func list(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> ObjectPage
  { throw other }
  func watch(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> AsyncThrowingStream<ObjectEvent, any Error>
  { throw other }
  func create(
    _ resource: ResourceType, namespace: String?, _ object: Document, options: WriteOptions
  ) async throws -> Document { throw other }
  func create(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String,
    _ object: Document, options: WriteOptions
  ) async throws -> Document { throw other }
  func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String?,
    options: WriteOptions
  ) async throws -> Document { throw other }
  func delete(
    _ resource: ResourceType, namespace: String?, name: String, options: DeleteOptions
  ) async throws -> Document { throw other }
}
