import Resources
import Synchronization

/// What aggregated servers said they serve, when they were last asked.
final class DiscoveredAPIs: Sendable {
  struct Entry: Equatable, Sendable {
    let resources: DiscoveredResources
    /// Path and query of its OpenAPI v3 document.
    let openAPIURL: String?
    /// What it publishes in OpenAPI v2; `nil` where nothing.
    let openAPI2: AggregatedOpenAPI?
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// - Parameter name: of the APIService.
  subscript(name: String) -> Entry? {
    get { entries.withLock { $0[name] } }
    set { entries.withLock { $0[name] = newValue } }
  }
}
