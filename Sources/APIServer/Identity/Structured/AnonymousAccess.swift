import Resources

/// Whether those who show no credentials are let in as `system:anonymous`, and where. Pure.
/// Source: apiserver.config.k8s.io/v1 AnonymousAuthConfig.
enum AnonymousAccess: Equatable, Sendable {
  case everywhere
  case nowhere
  /// At these paths only.
  case at(Set<String>)

  /// - Parameter section: `anonymous` of the configuration; without one, everywhere.
  init(_ section: Document?, _ errors: inout [FieldError]) {
    guard let section else {
      self = .everywhere
      return
    }
    let conditions = section["conditions"]?.elements.map { $0["path"]?.string ?? "" } ?? []
    guard section["enabled"]?.bool == true else {
      if !conditions.isEmpty {
        errors.append(
          .invalid(
            "anonymous.conditions", section["conditions"],
            "enabled should be set to true when conditions are defined"))
      }
      self = .nowhere
      return
    }
    for (index, path) in conditions.enumerated() where path.isEmpty {
      errors.append(.required("anonymous.conditions[\(index)].path"))
    }
    self = conditions.isEmpty ? .everywhere : .at(Set(conditions))
  }

  func allows(_ path: String) -> Bool {
    switch self {
    case .everywhere: true
    case .nowhere: false
    case .at(let paths): paths.contains(path)
    }
  }
}
