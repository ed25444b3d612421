/// Who sends clients to pods, and tells what it has acted on. Each node has at most one of a kind.
package enum RotationDuty: String, CaseIterable, Sendable {
  /// The rules for Services.
  case proxy
  /// The proxy that Ingresses ask for.
  case ingress

  /// Where a node's lease holds the revision up to which slices are acted on.
  var annotation: String { "martlet.io/\(rawValue)-acts-on" }

  /// Node leases are here, by the node's name.
  package static let leaseNamespace = "kube-node-lease"

  /// The change of a node's lease that tells of a revision.
  func acknowledgement(of revision: UInt64) -> Patch {
    Patch(.merge, ["metadata": ["annotations": [annotation: Document(String(revision))]]])
  }

  /// Takes back what a node that does this no more said of it.
  package func withdraw(fromNode node: String, _ client: any ClusterClient) async throws {
    let nothing: Document = ["metadata": ["annotations": [annotation: .null]]]
    do {
      _ = try await client.patch(
        .leases, namespace: Self.leaseNamespace, name: node, Patch(.merge, nothing))
    } catch let error as APIError where error.reason == .notFound {
      // A new node's lease: nothing was said yet.
    }
  }

  /// Who has not acted on a revision yet. Pure.
  /// - Parameters:
  ///   - leases: of all nodes. One without a word of a kind has none of it.
  ///   - isNodeReady: nobody waits for nodes that are not.
  /// - Returns: `proxy of node-2`, in order of name.
  package static func missing(
    _ revision: UInt64, in leases: [Document], isNodeReady: (String) -> Bool
  ) -> [String] {
    leases.flatMap { lease -> [String] in
      let node = ObjectKey(lease).name
      let annotations = lease[path: "metadata", "annotations"]
      let late = allCases.filter { duty in
        guard let told = annotations?[duty.annotation]?.string else { return false }
        return UInt64(told).map { $0 < revision } ?? true
      }
      guard !late.isEmpty, isNodeReady(node) else { return [] }
      return late.map { "\($0.rawValue) of \(node)" }
    }.sorted()
  }
}
