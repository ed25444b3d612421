import Foundations

/// The rules of how pods spread over nodes, and of labels whose values are looked up in the pod.
/// Source: Kubernetes documentation, "Pod Topology Spread Constraints"; upstream's messages.
enum SpreadingValidation {
  private static let actions = ["DoNotSchedule", "ScheduleAnyway"]

  /// - Parameter labels: the pod's own; `nil` of a template.
  static func errors(_ constraints: Document?, labels: Document?, at path: String) -> [FieldError] {
    let constraints = (constraints ?? .emptyArray).elements.map { $0 }
    let identities = constraints.map {
      [$0["topologyKey"]?.string ?? "", $0["whenUnsatisfiable"]?.string ?? ""]
    }
    return constraints.enumerated().flatMap { position, constraint -> [FieldError] in
      let place = "\(path)[\(position)]"
      let (key, action) = (identities[position][0], identities[position][1])
      var errors: [FieldError] = []
      if constraint["maxSkew"]?.integer ?? 0 <= 0 {
        errors.append(
          .invalid("\(place).maxSkew", constraint["maxSkew"] ?? 0, "must be greater than zero"))
      }
      if key.isEmpty { errors.append(.required("\(place).topologyKey", "can not be empty")) }
      if !actions.contains(action) {
        errors.append(.notSupported("\(place).whenUnsatisfiable", action, actions))
      }
      if identities[(position + 1)...].contains([key, action]) {
        errors.append(
          .duplicate(
            "\(place).{topologyKey, whenUnsatisfiable}", Document("{\(key), \(action)}")))
      }
      errors += domainErrors(constraint["minDomains"], action, at: "\(place).minDomains")
      errors += labelKeys(constraint, podLabels: labels, at: place)
      return errors
        + SelectorValidation.errors(constraint["labelSelector"], at: "\(place).labelSelector")
    }
  }

  private static func domainErrors(_ count: Document?, _ action: String, at path: String)
    -> [FieldError]
  {
    guard let count else { return [] }
    var errors: [FieldError] = []
    if count.integer ?? 0 <= 0 {
      errors.append(.invalid(path, count, "must be greater than zero"))
    }
    if action != "DoNotSchedule" {
      errors.append(
        .invalid(
          path, count,
          "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not \(action)"))
    }
    return errors
  }

  /// Of spread constraints and of affinities.
  /// - Parameters:
  ///   - owner: what holds the keys and the selector that they narrow down.
  ///   - podLabels: the pod's own, among which the keys find values; `nil` of a template.
  static func labelKeys(_ owner: Document, podLabels: Document?, at path: String) -> [FieldError] {
    let selector = owner["labelSelector"]
    let keys = ["matchLabelKeys", "mismatchLabelKeys"].map {
      (owner[$0] ?? .emptyArray).elements.map { $0.string ?? "" }
    }
    var errors =
      keyErrors(keys[0], selector, at: "\(path).matchLabelKeys")
      + keyErrors(keys[1], selector, at: "\(path).mismatchLabelKeys")
    if let selector {
      errors += keys[0].enumerated().filter { isRepeated($1, keys, in: selector, podLabels) }.map {
        // Upstream leaves out the member's name.
        .invalid("\(path)[\($0)]", Document($1), "exists in both matchLabelKeys and labelSelector")
      }
    }
    return errors
      + keys[0].enumerated().filter { keys[1].contains($1) }.map {
        .invalid(
          "\(path).matchLabelKeys[\($0)]", Document($1),
          "exists in both matchLabelKeys and mismatchLabelKeys")
      }
  }

  private static func keyErrors(_ keys: [String], _ selector: Document?, at path: String)
    -> [FieldError]
  {
    if keys.isEmpty { return [] }
    if selector == nil {
      return [.forbidden(path, "must not be specified when labelSelector is not set")]
    }
    return keys.enumerated().flatMap { position, key in
      ObjectName.problems(qualifiedName: key).map {
        .invalid("\(path)[\(position)]", Document(key), $0)
      }
    }
  }

  /// Whether a selector asks for a label twice, counting once what the key adds to it where the pod
  /// has that label.
  private static func isRepeated(
    _ key: String, _ keys: [[String]], in selector: Document, _ podLabels: Document?
  ) -> Bool {
    var count = selector[path: "matchLabels", key] == nil ? 0 : 1
    let requirements = selector["matchExpressions"] ?? .emptyArray
    count += requirements.elements.count { $0["key"]?.string == key }
    if podLabels?[key] != nil { count += keys.joined().count { $0 == key } }
    return count > 1
  }
}
