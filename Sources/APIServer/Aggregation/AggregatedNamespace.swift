import NIOHTTP1
import Networking
import Resources

/// Deletes what aggregated servers keep in a namespace that is being emptied.
struct AggregatedNamespace: Sendable {
  private static let answerByteCountMax = 4 << 20
  /// Of what is left, to tell how much it is: more are told as that many.
  private static let listedMax = 500

  let caller: AggregatedCaller
  let namespace: String

  /// For all servers together, in one go: whoever is slow makes no other namespace wait for long.
  private static let timeMax = Duration.seconds(10)

  /// Deletes the objects of everything that can be deleted, and lists what stays for now. A server that
  /// fails once is asked nothing more in this go.
  ///
  /// Servers of which it is not known that they keep anything that can be deleted in namespaces are not
  /// waited for.
  /// - Parameter services: with what each was found to serve; `nil` where nothing is known of that.
  func empty(
    _ services: [(service: AggregatedService, entry: DiscoveredAPIs.Entry?)]
  ) async -> NamespaceRemains {
    var remains = NamespaceRemains()
    let deadline = ContinuousClock.now + Self.timeMax
    for (service, entry) in services {
      guard let entry else {
        // One that is said to be well is about to be asked: this server has just started.
        if service.isAvailable { remains.undiscovered.append(Self.stale(service)) }
        continue
      }
      let resources = entry.resources.inNamespaces(of: service).filter {
        $0.verbs.contains("delete")
      }
      guard service.isAvailable || resources.isEmpty else {
        remains.undiscovered.append(Self.stale(service))
        continue
      }
      do throws(AggregatedCaller.Problem) {
        for resource in resources {
          try await delete(resource, of: service, until: deadline)
          remains.note(resource.type, try await list(resource, of: service))
        }
      } catch {
        remains.failures.append(error.description)
      }
    }
    return remains
  }

  private static func stale(_ service: AggregatedService) -> String {
    let version = "\(service.group)/\(service.version)"
    return "\(version): stale GroupVersion discovery: \(version)"
  }

  private func path(_ resource: DiscoveredResources.Resource) -> String {
    resource.type.path(namespace: namespace)
  }

  private func requireTime(
    until deadline: ContinuousClock.Instant, for resource: DiscoveredResources.Resource
  ) throws(AggregatedCaller.Problem) {
    guard .now < deadline else {
      throw AggregatedCaller.Problem(
        description: "\(path(resource)): not done within \(Self.timeMax)")
    }
  }

  private static let options: Document = [
    "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background",
  ]

  private func delete(
    _ resource: DiscoveredResources.Resource, of service: AggregatedService,
    until deadline: ContinuousClock.Instant
  ) async throws(AggregatedCaller.Problem) {
    try requireTime(until: deadline, for: resource)
    if resource.verbs.contains("deletecollection") {
      return try await delete(path(resource), of: service)
    }
    for object in try await list(resource, of: service)
    where object[path: "metadata", "deletionTimestamp"] == nil {
      try requireTime(until: deadline, for: resource)
      let name = PercentEncoding.encodePathSegment(ObjectKey(object).name)
      try await delete("\(path(resource))/\(name)", of: service)
    }
  }

  private func delete(
    _ path: String, of service: AggregatedService
  ) async throws(AggregatedCaller.Problem) {
    let answer = try await caller.call(
      path, .DELETE, of: service, body: Self.options, upTo: Self.answerByteCountMax)
    try Self.require(answer, path)
  }

  private func list(
    _ resource: DiscoveredResources.Resource, of service: AggregatedService
  ) async throws(AggregatedCaller.Problem) -> [Document] {
    guard resource.verbs.contains("list") else { return [] }
    let path = "\(path(resource))?limit=\(Self.listedMax)"
    let answer = try await caller.call(path, of: service, upTo: Self.answerByteCountMax)
    try Self.require(answer, path)
    return (answer.object?["items"] ?? .emptyArray).elements.map { $0 }
  }

  /// What is not there, or is nothing that can be deleted so, is no problem.
  private static func require(
    _ answer: AggregatedCaller.Answer, _ path: String
  ) throws(AggregatedCaller.Problem) {
    guard answer.isSuccess || answer.status == 404 || answer.status == 405 else {
      let told = answer.object?["message"]?.string ?? "status \(answer.status)"
      throw AggregatedCaller.Problem(description: "\(path): \(told.prefix(1_000))")
    }
  }
}
