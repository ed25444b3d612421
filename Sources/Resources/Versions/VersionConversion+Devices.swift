/// How `resource.k8s.io/v1beta1` differs from the versions after it.
/// Source: Kubernetes API reference, "ResourceClaim v1beta1" and "ResourceSlice v1beta1".
extension VersionConversion {
  /// A claim's requests hold the members of `exactly` themselves.
  static let claim = requests(at: ["spec", "devices"])
  static let claimTemplate = requests(at: ["spec", "spec", "devices"])

  private static func requests(at path: [String]) -> VersionConversion {
    VersionConversion(
      toStored: { $0.editingElements(of: "requests", at: path) { $0 = gathered($0) } },
      fromStored: {
        $0.editingElements(of: "requests", at: path) { $0 = spread($0, "exactly") }
      })
  }

  /// A slice's devices hold what describes them in `basic`.
  static let slice = VersionConversion(
    toStored: { $0.editingElements(of: "devices", at: ["spec"]) { $0 = spread($0, "basic") } },
    fromStored: {
      $0.editingElements(of: "devices", at: ["spec"]) { device in
        device = nested(device, in: "basic", where: { $0 != "name" })
      }
    })

  private static func gathered(_ request: Document) -> Document {
    nested(request, in: "exactly", where: { $0 != "name" && $0 != "firstAvailable" })
  }

  /// Moves members into one of their own; where none moves, there is none.
  private static func nested(
    _ value: Document, in name: String, where moves: (String) -> Bool
  ) -> Document {
    var (kept, moved) = (Document.emptyObject, Document.emptyObject)
    for (member, value) in value.members {
      if moves(member) { moved[member] = value } else { kept[member] = value }
    }
    if !moved.isEmpty { kept[name] = moved }
    return kept
  }

  /// The members of a member beside its neighbours.
  private static func spread(_ value: Document, _ name: String) -> Document {
    guard let inner = value[name] else { return value }
    var result = value
    result.removeMember(name)
    for (member, value) in inner.members { result[member] = value }
    return result
  }
}

extension Document {
  /// A copy with each element of a list changed, where there is such a list.
  func editingElements(
    of list: String, at path: [String], _ change: (inout Document) -> Void
  ) -> Document {
    guard var holder = value(at: path), holder[list] != nil else { return self }
    holder.edit(list) { $0.editElements(change) }
    var result = self
    result.set(holder, at: path)
    return result
  }
}
