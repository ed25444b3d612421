import Foundations
import Resources

extension VolumeMaterializer {
  /// Fetches what a pod's volumes show. What is not there stays absent: whether it may is for the
  /// payload to decide.
  func gather(
    _ needs: VolumePayload.Needs, for pod: Pod, _ sources: inout VolumeSources,
    _ outcome: inout Outcome
  ) async throws {
    let namespace = pod.metadata.namespace
    for name in needs.configMaps {
      sources.configMaps[name] = try await Self.found {
        ConfigMap(try await client.get(.configMaps, namespace: namespace, name: name))
      }
    }
    for name in needs.secrets {
      sources.secrets[name] = try await Self.found {
        Secret(try await client.get(.secrets, namespace: namespace, name: name))
      }
    }
    for request in needs.tokens {
      do {
        let (text, renewAt) = try await tokens.token(request, for: pod)
        sources.tokens[request] = text
        outcome.refreshAt = [outcome.refreshAt, renewAt].compactMap(\.self).min()
      } catch let error as APIError {
        let volume = pod.spec.volumes.first { volume in
          volume.projected?.sources.contains { $0.serviceAccountToken != nil } == true
        }
        throw VolumeError(volume?.name ?? "", "failed to fetch token: \(error.message)")
      }
    }
    for request in needs.trustBundles {
      sources.trustBundles[request] = try await bundle(request)
    }
  }

  /// `nil` where the API says that there is no such object.
  static func found<Value>(_ fetch: () async throws -> Value) async throws -> Value? {
    do {
      return try await fetch()
    } catch let error as APIError where error.code == 404 {
      return nil
    }
  }

  private static let trustBundles = ResourceType(
    group: "certificates.k8s.io", version: "v1beta1", plural: "clustertrustbundles",
    kind: "ClusterTrustBundle", isNamespaced: false)

  /// Certificates of one bundle, or of all of a signer's that a selector chooses; empty where an
  /// optional one is not there, `nil` where one that is needed is not.
  private func bundle(_ request: TrustBundleRequest) async throws -> String? {
    let projection = ClusterTrustBundleProjection(request.projection)
    let absent: String? = projection.optional == true ? "" : nil
    if let name = projection.name {
      let object = try await Self.found {
        try await client.get(Self.trustBundles, namespace: nil, name: name)
      }
      return object?[path: "spec", "trustBundle"]?.string ?? absent
    }
    let selector = try LabelSelector(projection.labelSelector ?? LabelSelectorView())
    let page = try await Self.found { try await client.list(Self.trustBundles) }
    let texts = (page?.items ?? []).filter { object in
      object[path: "spec", "signerName"]?.string == projection.signerName
        && selector.matches(ObjectMeta(object["metadata"] ?? .emptyObject).labels)
    }.compactMap { $0[path: "spec", "trustBundle"]?.string }
    return texts.isEmpty ? absent : Set(texts).sorted().joined(separator: "\n")
  }
}
