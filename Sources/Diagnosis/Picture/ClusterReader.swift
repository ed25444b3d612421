package import Foundations
package import Resources

/// Reads what a cluster is like. What a user may not read is left out and told as such.
package struct ClusterReader: Sendable {
  private let access: any ClusterAccess
  /// `nil` looks at all.
  private let namespace: String?

  /// Most Secrets and logs that are asked for: what is beyond goes without a hint.
  private static let asksMax = 50

  package init(_ access: any ClusterAccess, namespace: String?) {
    self.access = access
    self.namespace = namespace
  }

  /// The objects of all kinds, before anything is made of them.
  package struct Objects: Sendable {
    package var lists: [ResourceType: [Document]] = [:]
    package var unread: [ResourceType: String] = [:]
  }

  /// Lists everything once. Cost is O(objects) for server and client.
  /// - Throws: where the server cannot be reached, or does not know who asks.
  package func list() async throws -> Objects {
    try await withThrowingTaskGroup(of: (ResourceType, Result<[Document], APIError>).self) {
      group in
      for kind in ClusterPicture.kinds {
        group.addTask {
          do {
            let page = try await access.client.list(
              kind, namespace: place(of: kind), options: Self.options(of: kind))
            return (kind, .success(page.items))
          } catch let error as APIError where error.code != 401 {
            return (kind, .failure(error))
          }
        }
      }
      var objects = Objects()
      for try await (kind, result) in group {
        switch result {
        case .success(let items): objects.lists[kind] = items
        // Not served here: so there is none.
        case .failure(let error) where error.code == 404: objects.lists[kind] = []
        case .failure(let error): objects.unread[kind] = error.message
        }
      }
      return objects
    }
  }

  /// Where the objects of a kind are looked for.
  package func place(of kind: ResourceType) -> String? { kind.isNamespaced ? namespace : nil }

  package static func options(of kind: ResourceType) -> ListOptions {
    kind == .events ? ListOptions(fieldSelector: "type=Warning") : ListOptions()
  }

  /// Adds what only single requests tell: what Secrets of Ingresses hold, and the last words of what
  /// crashed.
  package func picture(of objects: Objects, now: Timestamp) async throws -> ClusterPicture {
    var unread = objects.unread
    let secrets = try await secrets(of: objects, &unread)
    let shown = await access.keptCertificates(nodes: objects.lists[.nodes, default: []])
    return ClusterPicture(
      objects.lists,
      secretKeys: secrets.mapValues { ($0["data"] ?? .emptyObject).members.map(\.name) },
      secretCertificates: secrets.compactMapValues { $0[path: "data", "tls.crt"]?.base64Bytes },
      keptCertificates: try await shown + trustedCertificates(),
      lastWords: try await lastWords(in: objects), unread: unread, now: now)
  }

  /// The Secrets that Ingresses name.
  private func secrets(
    of objects: Objects, _ unread: inout [ResourceType: String]
  ) async throws -> [ObjectKey: Document] {
    var secrets: [ObjectKey: Document] = [:]
    let ingresses = objects.lists[ClusterPicture.ingresses, default: []]
    let names = Set(ingresses.flatMap { IngressFindings.secretNames(of: $0) }).sorted()
    for key in names.prefix(Self.asksMax) {
      do {
        secrets[key] = try await access.client.get(
          .secrets, namespace: key.namespace, name: key.name)
      } catch let error as APIError where error.code == 404 {
        continue
      } catch let error as APIError where error.code == 403 {
        unread[.secrets] = error.message
        break
      }
    }
    if names.count > Self.asksMax { unread[.secrets] = "there are too many to look at each" }
    return secrets
  }

  /// The cluster's authorities, as it tells its pods and aggregated servers of them.
  /// Source: Kubernetes documentation, "Configure the Aggregation Layer"; KEP-2068 (`kube-root-ca.crt`).
  private func trustedCertificates() async throws -> [KeptCertificate] {
    var found: [KeptCertificate] = []
    for (name, members) in [
      ("kube-root-ca.crt", ["ca.crt"]),
      (
        "extension-apiserver-authentication",
        ["client-ca-file", "requestheader-client-ca-file"]
      ),
    ] {
      do {
        let map = try await access.client.get(.configMaps, namespace: "kube-system", name: name)
        let reference = ObjectReference(kind: "ConfigMap", namespace: "kube-system", name: name)
        for member in members {
          guard let pem = map[path: "data", member]?.string, !pem.isEmpty else { continue }
          found.append(
            try KeptCertificate(
              reference, "the cluster's CA (\(member))", pem: Array(pem.utf8), isRenewed: true,
              remedy: "read in the server's log why it is not renewed: one that another CA signed "
                + "only that CA can prolong"))
        }
      } catch let error as APIError where error.code == 404 || error.code == 403 {
        // Not there, or not for this user: nothing is known of it.
        continue
      }
    }
    return found
  }

  private func lastWords(in objects: Objects) async throws
    -> [ClusterPicture.ContainerReference: String]
  {
    let crashed = objects.lists[.pods, default: []].map { Pod($0) }.flatMap { pod in
      (pod.status.initContainerStatuses + pod.status.containerStatuses).filter {
        $0.state?.waiting?.reason == "CrashLoopBackOff"
          && ($0.lastState?.terminated?.message ?? "").isEmpty
      }.map {
        ClusterPicture.ContainerReference(pod: pod.metadata.key, container: $0.name)
      }
    }
    var words: [ClusterPicture.ContainerReference: String] = [:]
    for container in crashed.prefix(Self.asksMax) {
      do {
        let text = try await access.lastLog(of: container)
        if !text.isEmpty { words[container] = text }
      } catch is APIError {
        // A log that is gone, or not for this user: a hint less, and no reason to tell nothing.
        continue
      }
    }
    return words
  }
}
