import Foundations
package import Resources

/// The fragments of all Services, made anew only where a Service or one of its slices changed.
package struct ServiceFragmentCache: Sendable {
  private let surroundings: ServiceFragment.Surroundings
  private var fragments: [ObjectKey: ServiceFragment] = [:]

  package init(_ surroundings: ServiceFragment.Surroundings) { self.surroundings = surroundings }

  /// Makes one Service's rules from its present state; `nil` where it is gone.
  package mutating func update(_ key: ObjectKey, _ service: Service?, slices: [EndpointSlice]) {
    fragments[key] = service.map { ServiceFragment($0, slices: slices, in: surroundings) }
  }

  package var rules: ServiceRules { ServiceRules(fragments, table: surroundings.table) }
}

extension ServiceRules {
  /// The rules for a whole cluster. Slices find their Service by their label.
  package init(
    _ services: [Service], _ slices: [EndpointSlice],
    in surroundings: ServiceFragment.Surroundings
  ) {
    var slicesOfService: [ObjectKey: [EndpointSlice]] = [:]
    for slice in slices {
      guard let key = ServiceProxy.serviceKey(ofSlice: slice.document) else { continue }
      slicesOfService[key, default: []].append(slice)
    }
    var cache = ServiceFragmentCache(surroundings)
    for service in services {
      let key = service.metadata.key
      cache.update(key, service, slices: slicesOfService[key] ?? [])
    }
    self = cache.rules
  }
}
