import Resources

/// Asks an aggregated server what it serves: whether it answers at all, and for discovery.
struct AggregatedProbe: Sendable {
  typealias Problem = AggregatedCaller.Problem

  /// A whole OpenAPI v2 document: about that of all the built-in resources.
  private static let openAPIByteCountMax = 4 << 20

  let caller: AggregatedCaller

  /// What it serves of its group and version.
  func resources(of service: AggregatedService) async throws(Problem) -> DiscoveredResources {
    let url = service.url(service.path)
    let answer = try await caller.call(service.path, of: service)
    guard answer.isSuccess else {
      throw Problem(
        description: "failing or missing response from \(url): bad status from \(url): "
          + "\(answer.status)")
    }
    do {
      // A page that is no JSON is a page without resources.
      return try DiscoveredResources(answer.object, of: service)
    } catch {
      throw Problem(description: "bad response from \(url): \(error)")
    }
  }

  /// Where its OpenAPI v3 document is, with its hash; `nil` where it publishes none: whether a server
  /// is available does not hang on its documentation.
  func openAPIURL(of service: AggregatedService) async -> String? {
    guard
      let index = await document(
        "/openapi/v3", service, upTo: AggregatedCaller.answerByteCountMax)
    else { return nil }
    let name = String(service.path.dropFirst())
    guard let url = index[path: "paths", name, "serverRelativeURL"]?.string else { return nil }
    return url.count < Self.urlLengthMax && url.prefix { $0 != "?" } == "/openapi/v3/\(name)"
      ? url : nil
  }

  /// Of the index's URLs: a path and a hash.
  private static let urlLengthMax = 2_048

  /// What it publishes of its group and version in OpenAPI v2; `nil` where nothing, or more than
  /// this server keeps.
  func openAPI2(of service: AggregatedService) async -> AggregatedOpenAPI? {
    await document("/openapi/v2", service, upTo: Self.openAPIByteCountMax).flatMap {
      AggregatedOpenAPI($0, of: service.path)
    }
  }

  /// `nil` where there is none.
  private func document(
    _ target: String, _ service: AggregatedService, upTo byteCountMax: Int
  ) async -> Document? {
    do throws(Problem) {
      let answer = try await caller.call(target, of: service, upTo: byteCountMax)
      return answer.status == 200 ? answer.object : nil
    } catch {
      return nil
    }
  }
}
