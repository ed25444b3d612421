/// Which of the ways to say where devices are have been taken, of a slice or of one device.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `ResourceSliceSpec` and `Device`;
/// upstream's messages.
struct DevicePlace {
  /// The members that say where.
  private(set) var said: [String] = []
  /// What is wrong with one of them.
  private(set) var errors: [FieldError] = []

  /// - Parameters:
  ///   - members: that may say it: a name, a selector, or true.
  ///   - emptyName: what is wrong with a name that is empty.
  init(_ holder: Document, _ members: [String], emptyName: String, at path: String) {
    for member in members {
      guard let value = holder[member] else { continue }
      let place = "\(path).\(member)"
      if let name = value.string {
        if name.isEmpty {
          errors.append(.invalid(place, value, emptyName))
          continue
        }
        errors += ReferenceRule.subdomain(value, at: place)
      } else if value.isObject {
        errors += PlacementValidation.nodeSelector(value, at: place)
      } else if value.bool != true {
        errors.append(.invalid(place, value, "must be either unset or set to true"))
        continue
      }
      said.append(member)
    }
  }

  /// Several ways at once, as upstream shows them.
  var shown: Document {
    Document("{\(said.map { "`\($0)`" }.joined(separator: ", "))}")
  }
}
