package import Resources

/// Where requests go. A value made of what the cluster holds at one moment; a lookup costs a few
/// looks into dictionaries, whatever the cluster holds.
package struct RouteTable: Sendable {
  /// What answers a request.
  package struct Route: Sendable {
    package let ingress: ObjectKey
    /// `default/web`, made once.
    package let ingressName: String
    /// Its place in `backends`.
    package let backend: Int

    init(ingress: ObjectKey, backend: Int) {
      self.ingress = ingress
      ingressName = ingress.description
      self.backend = backend
    }
  }

  private var exact: [String: PathTable<Route>] = [:]
  /// By what stands behind the `*`.
  private var wildcards: [String: PathTable<Route>] = [:]
  private var any = PathTable<Route>()
  /// The default backend of the Ingresses that name a host, by the host.
  private var fallbacks: [HostPattern: Route] = [:]
  private var fallback: Route?
  package private(set) var backends: [Backend] = []
  /// The name of each backend, made once.
  package private(set) var names: [String] = []
  /// What keeps parts of Ingresses from working. In order.
  package private(set) var problems: [IngressProblem] = []

  /// No routes: every request is answered with 404.
  package init() {}

  /// The best route for a request; `nil` where nothing is behind it.
  ///
  /// Rules for the host itself come before those for a wildcard, and these before those for every
  /// host; in each, the longest path wins. What no rule is about goes to a default backend: that of
  /// the oldest Ingress that names the host, else that of the oldest Ingress that has one.
  /// - Parameters:
  ///   - host: as `HostPattern.name(ofHostField:)` has it.
  ///   - path: decoded.
  /// Source: Kubernetes documentation, "Ingress", "Multiple matches" and "DefaultBackend".
  package func route(host: String, path: String) -> Route? {
    if let route = exact[host]?.target(of: path) { return route }
    let parent = HostPattern.parent(of: host).map { String($0) }
    if !wildcards.isEmpty, let parent, let route = wildcards[parent]?.target(of: path) {
      return route
    }
    if let route = any.target(of: path) { return route }
    if !fallbacks.isEmpty {
      if let route = fallbacks[.exact(host)] { return route }
      if let parent, let route = fallbacks[.wildcard(parent)] { return route }
    }
    return fallback
  }

  /// - Parameter ingresses: those that are served here, in any order.
  package init(_ ingresses: some Sequence<IngressRules>, _ objects: BackendObjects) {
    var places: [BackendReference: Place] = [:]
    for ingress in ingresses.sorted(by: IngressRules.precedes) {
      let own = ingress.defaultBackend.map { reference in
        Route(
          ingress: ingress.key,
          backend: place(of: reference, ingress.key, "spec.defaultBackend", objects, &places))
      }
      for path in ingress.paths {
        let route = Route(
          ingress: ingress.key,
          backend: place(
            of: path.backend, ingress.key, "\(path.field).backend", objects, &places))
        if let winner = add(path, route) { note(path, of: ingress.key, takenBy: winner.ingress) }
        if let own, path.host != .any, fallbacks[path.host] == nil { fallbacks[path.host] = own }
      }
      if fallback == nil { fallback = own }
    }
    names = backends.map(\.name)
  }

  private mutating func add(_ path: IngressRules.Path, _ route: Route) -> Route? {
    switch path.host {
    case .any: any.add(path.path, route)
    case .exact(let host): exact[host, default: PathTable()].add(path.path, route)
    case .wildcard(let suffix): wildcards[suffix, default: PathTable()].add(path.path, route)
    }
  }

  /// Where a reference stands among the backends, and why it leads nowhere.
  private struct Place {
    let index: Int
    let failure: BackendReference.Failure?
  }

  private mutating func place(
    of reference: BackendReference, _ ingress: ObjectKey, _ field: String,
    _ objects: BackendObjects, _ places: inout [BackendReference: Place]
  ) -> Int {
    let place = places[reference] ?? newPlace(of: reference, objects)
    places[reference] = place
    if let failure = place.failure {
      problems.append(
        IngressProblem(
          ingress: ingress, reason: failure.reason, message: failure.message(at: field)))
    }
    return place.index
  }

  private mutating func newPlace(
    of reference: BackendReference, _ objects: BackendObjects
  ) -> Place {
    do throws(BackendReference.Failure) {
      backends.append(try reference.resolve(objects))
      return Place(index: backends.count - 1, failure: nil)
    } catch {
      backends.append(Backend(reference: reference, endpoints: []))
      return Place(index: backends.count - 1, failure: error)
    }
  }

  private mutating func note(
    _ path: IngressRules.Path, of ingress: ObjectKey, takenBy winner: ObjectKey
  ) {
    let other =
      winner == ingress ? "an earlier rule of this Ingress" : "Ingress \(winner), which is older"
    problems.append(
      IngressProblem(
        ingress: ingress, reason: .pathTaken,
        message:
          "\(path.field): host \(path.host), path \(path.path) is served by \(other): change "
          + "host or path here, or remove it there"))
  }
}
