package import Foundations
package import Resources

/// What the API holds for the volumes of a pod, gathered beforehand.
package struct VolumeSources: Sendable {
  /// By name. One that is not there is absent.
  package var configMaps: [String: ConfigMap] = [:]
  package var secrets: [String: Secret] = [:]
  /// Tokens by the request that brought them.
  package var tokens: [ServiceAccountTokenRequest: String] = [:]
  /// Certificates by what was asked for; empty where an optional bundle is not there.
  package var trustBundles: [TrustBundleRequest: String] = [:]
  package var addresses = PodAddresses()
  package var allocatable: [String: Quantity] = [:]
  package init() {}
}

/// A token that a pod asks for.
package struct ServiceAccountTokenRequest: Hashable, Sendable {
  /// Empty for the API's own audience.
  package let audience: String
  package let expirationSeconds: Int

  /// Source: the API's default for `expirationSeconds`.
  private static let defaultSeconds = 3600

  package init(_ projection: ServiceAccountTokenProjection) {
    audience = projection.audience ?? ""
    expirationSeconds = projection.expirationSeconds ?? Self.defaultSeconds
  }
}

/// Trusted certificates that a pod asks for, by name or by signer and labels.
package struct TrustBundleRequest: Hashable, Sendable {
  package let projection: Document
  package init(_ projection: ClusterTrustBundleProjection) {
    var selection = projection.document
    selection["path"] = nil
    self.projection = selection
  }
}

/// The files of volumes that show what the API holds. Pure.
/// Source: Kubernetes documentation, "Projected Volumes".
package struct VolumePayload {
  let pod: Pod
  let sources: VolumeSources
  private static let defaultMode = 0o644

  package init(pod: Pod, sources: VolumeSources) {
    self.pod = pod
    self.sources = sources
  }

  /// - Returns: `nil` for volumes of other kinds. Later files go before earlier ones of one path.
  package func files(of volume: Volume) throws(VolumeError) -> [VolumeFile]? {
    do throws(PayloadProblem) {
      if let source = volume.configMap {
        return try configMap(
          source.name ?? "", source.items, source.optional == true,
          source.defaultMode ?? Self.defaultMode)
      }
      if let source = volume.secret {
        return try secret(
          source.secretName ?? "", source.items, source.optional == true,
          source.defaultMode ?? Self.defaultMode)
      }
      if let source = volume.downwardAPI {
        return try downward(source.items, source.defaultMode ?? Self.defaultMode)
      }
      if let source = volume.projected { return try projected(source) }
      return nil
    } catch {
      throw VolumeError(volume.name, error.message)
    }
  }

  /// Made into a `VolumeError` where the volume's name is known.
  private struct PayloadProblem: Error {
    let message: String
  }

  private func projected(
    _ source: ProjectedVolumeSource
  ) throws(PayloadProblem) -> [VolumeFile] {
    let mode = source.defaultMode ?? Self.defaultMode
    var files: [VolumeFile] = []
    for part in source.sources {
      if let map = part.configMap {
        files += try configMap(map.name ?? "", map.items, map.optional == true, mode)
      }
      if let secret = part.secret {
        files += try self.secret(secret.name ?? "", secret.items, secret.optional == true, mode)
      }
      if let downward = part.downwardAPI { files += try self.downward(downward.items, mode) }
      if let token = part.serviceAccountToken { files.append(try self.token(token, mode)) }
      if let bundle = part.clusterTrustBundle {
        let text = sources.trustBundles[TrustBundleRequest(bundle)]
        guard let text else {
          throw PayloadProblem(message: "no cluster trust bundle for \(bundle.path)")
        }
        files.append(VolumeFile(path: bundle.path, bytes: Array(text.utf8), mode: UInt32(mode)))
      }
    }
    return files
  }

  private func configMap(
    _ name: String, _ items: [KeyToPath], _ isOptional: Bool, _ mode: Int
  ) throws(PayloadProblem) -> [VolumeFile] {
    guard let configMap = sources.configMaps[name] else {
      if isOptional { return [] }
      throw PayloadProblem(message: "configmap \"\(name)\" not found")
    }
    var values: [String: [UInt8]] = [:]
    for (key, text) in configMap.data { values[key] = Array(text.utf8) }
    for (key, text) in configMap.binaryData { values[key] = Base64.decoded(text) }
    return try chosen(values, items, isOptional, mode, "references non-existent config key")
  }

  private func secret(
    _ name: String, _ items: [KeyToPath], _ isOptional: Bool, _ mode: Int
  ) throws(PayloadProblem) -> [VolumeFile] {
    guard let secret = sources.secrets[name] else {
      if isOptional { return [] }
      throw PayloadProblem(message: "secret \"\(name)\" not found")
    }
    let values = secret.data.mapValues(Base64.decoded)
    return try chosen(values, items, isOptional, mode, "references non-existent secret key")
  }

  /// Every key under its own name, or the chosen ones under the names chosen.
  private func chosen(
    _ values: [String: [UInt8]], _ items: [KeyToPath], _ isOptional: Bool, _ mode: Int,
    _ complaint: String
  ) throws(PayloadProblem) -> [VolumeFile] {
    if items.isEmpty {
      return values.sorted { $0.key < $1.key }.map {
        VolumeFile(path: $0.key, bytes: $0.value, mode: UInt32(mode))
      }
    }
    var files: [VolumeFile] = []
    for item in items {
      guard let bytes = values[item.key] else {
        if isOptional { continue }
        throw PayloadProblem(message: "\(complaint): \(item.key)")
      }
      files.append(VolumeFile(path: item.path, bytes: bytes, mode: UInt32(item.mode ?? mode)))
    }
    return files
  }

  private func downward(
    _ items: [DownwardAPIVolumeFile], _ mode: Int
  ) throws(PayloadProblem) -> [VolumeFile] {
    var files: [VolumeFile] = []
    for item in items {
      let text: String
      do throws(ContainerSetupError) {
        if let field = item.fieldRef {
          text = try PodFieldReference.value(field.fieldPath, of: pod, sources.addresses)
        } else if let resource = item.resourceFieldRef {
          let owner = try ContainerEnvironment.owner(of: resource, or: Container(), in: pod)
          text = try ContainerResourceReference.value(
            resource, of: owner, allocatable: sources.allocatable)
        } else {
          continue
        }
      } catch {
        throw PayloadProblem(message: error.description)
      }
      files.append(
        VolumeFile(path: item.path, bytes: Array(text.utf8), mode: UInt32(item.mode ?? mode)))
    }
    return files
  }

  /// A token is its owner's secret: where all containers run as one user it is that user's file,
  /// and with an fsGroup the group may read it.
  private func token(
    _ projection: ServiceAccountTokenProjection, _ mode: Int
  ) throws(PayloadProblem) -> VolumeFile {
    guard let token = sources.tokens[ServiceAccountTokenRequest(projection)] else {
      throw PayloadProblem(message: "failed to fetch token: no answer yet")
    }
    var file = VolumeFile(path: projection.path, bytes: Array(token.utf8), mode: UInt32(mode))
    let user = commonUser
    if user != nil || pod.spec.securityContext?.fsGroup != nil { file.mode = 0o600 }
    file.userID = user.map { UInt32(clamping: $0) }
    return file
  }

  /// The user that every container runs as; `nil` where they differ or it is the image's affair.
  private var commonUser: Int? {
    let shared = pod.spec.securityContext?.runAsUser
    let users = pod.allContainers.map { $0.container.securityContext?.runAsUser ?? shared }
    guard let first = users.first, users.allSatisfy({ $0 == first }) else { return nil }
    return first
  }
}

extension VolumePayload {
  /// What has to be gathered for a pod's volumes.
  package struct Needs: Equatable, Sendable {
    package var configMaps: Set<String> = []
    package var secrets: Set<String> = []
    package var tokens: Set<ServiceAccountTokenRequest> = []
    package var trustBundles: Set<TrustBundleRequest> = []
    package var isEmpty: Bool {
      configMaps.isEmpty && secrets.isEmpty && tokens.isEmpty && trustBundles.isEmpty
    }

    package init(of volumes: [Volume]) {
      for volume in volumes {
        if let name = volume.configMap?.name { configMaps.insert(name) }
        if let name = volume.secret?.secretName { secrets.insert(name) }
        for part in volume.projected?.sources ?? [] {
          if let name = part.configMap?.name { configMaps.insert(name) }
          if let name = part.secret?.name { secrets.insert(name) }
          if let token = part.serviceAccountToken {
            tokens.insert(ServiceAccountTokenRequest(token))
          }
          if let bundle = part.clusterTrustBundle {
            trustBundles.insert(TrustBundleRequest(bundle))
          }
        }
      }
    }
  }
}
