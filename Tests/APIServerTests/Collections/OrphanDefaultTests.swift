import MartletTesting
import Networking
import Resources
import Testing

/// What a delete that says nothing of dependents does with them, by kind.
@Suite("Dependents of what is deleted", .timeLimit(.minutes(1)))
struct OrphanDefaultTests {
  private static let template =
    #"{"metadata":{"labels":{"a":"b"}},"spec":{"restartPolicy":"RESTART","#
    + #""containers":[{"name":"c","image":"i"}]}}"#

  struct Kind: Sendable, CustomTestStringConvertible {
    let path: String
    let spec: String
    let finalizers: [String]?
    let warnings: [String]
    var testDescription: String { path }
  }

  private static let kinds = [
    Kind(
      path: "/apis/batch/v1/namespaces/default/jobs",
      spec: #"{"template":\#(template.replacingRestart(with: "Never"))}"#,
      finalizers: ["orphan"],
      warnings: [
        "299 - \"child pods are preserved by default when jobs are deleted; set "
          + "propagationPolicy=Background to remove them or set propagationPolicy=Orphan to "
          + "suppress this warning\""
      ]),
    Kind(
      path: "/api/v1/namespaces/default/replicationcontrollers",
      spec: #"{"replicas":0,"template":\#(template.replacingRestart(with: "Always"))}"#,
      finalizers: ["orphan"], warnings: []),
    Kind(
      path: "/apis/apps/v1/namespaces/default/replicasets",
      spec: #"{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"#
        + #""template":\#(template.replacingRestart(with: "Always"))}"#,
      finalizers: nil, warnings: []),
  ]

  /// - Returns: `nil` where the object is gone.
  private func finalizers(of path: String, _ client: TestAPIClient) async throws -> [String]? {
    let answer = try await client.get(path)
    if answer.status == 404 { return nil }
    return (answer.object[path: "metadata", "finalizers"] ?? .emptyArray).elements
      .compactMap(\.string)
  }

  @Test(
    "jobs and replication controllers leave their pods, others take them along", arguments: kinds)
  func defaults(kind: Kind) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      for name in ["silent", "background", "changed"] {
        let made = try await client.post(
          kind.path, #"{"metadata":{"name":"\#(name)"},"spec":\#(kind.spec)}"#)
        #expect(made.status == 201, "\(made.text)")
      }
      let silent = try await client.send(.delete, kind.path + "/silent")
      #expect(silent.status == 200 && silent.headers.values(of: "warning") == kind.warnings)
      #expect(try await finalizers(of: kind.path + "/silent", client) == kind.finalizers)
      let said = try await client.send(
        .delete, kind.path + "/background?propagationPolicy=Background")
      #expect(said.status == 200 && said.headers.values(of: "warning").isEmpty)
      #expect(try await finalizers(of: kind.path + "/background", client) == nil)
      // What an earlier delete said stands.
      let changed = kind.path + "/changed"
      for query in ["?propagationPolicy=Foreground", ""] {
        #expect(try await client.send(.delete, changed + query).status == 200)
        #expect(try await finalizers(of: changed, client) == ["foregroundDeletion"])
      }
    }
  }
}

extension String {
  fileprivate func replacingRestart(with policy: String) -> String {
    split(separator: "RESTART", omittingEmptySubsequences: false).joined(separator: policy)
  }
}
