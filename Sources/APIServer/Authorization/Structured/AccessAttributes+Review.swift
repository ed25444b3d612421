import Foundations
import Resources

extension AccessAttributes {
  /// As the `spec` of a SubjectAccessReview, which webhooks get.
  /// - Parameter isWhole: with every field of the attributes, so that expressions need not ask for
  ///   them.
  func reviewSpec(isWhole: Bool = false) -> Document {
    var spec: Document = [:]
    func set(_ object: inout Document, _ name: String, _ text: String) {
      if isWhole || !text.isEmpty { object[name] = Document(text) }
    }
    if let path {
      spec["nonResourceAttributes"] = ["path": Document(path), "verb": Document(verb)]
    } else {
      var resource: Document = [:]
      for (name, text) in [
        ("namespace", namespace), ("verb", verb), ("group", group), ("version", version),
        ("resource", self.resource), ("subresource", subresource), ("name", name),
      ] {
        set(&resource, name, text)
      }
      if !fieldRequirements.isEmpty {
        resource["fieldSelector"] = [
          "requirements": Document(
            fieldRequirements.map { requirement in
              [
                "key": Document(requirement.field),
                "operator": requirement.isNegated ? "NotIn" : "In",
                "values": [Document(requirement.value)],
              ] as Document
            })
        ]
      }
      spec["resourceAttributes"] = resource
    }
    set(&spec, "user", user.name)
    set(&spec, "uid", user.uid)
    if isWhole || !user.groups.isEmpty {
      spec["groups"] = Document(user.groups.map { Document($0) })
    }
    if isWhole || !user.extra.isEmpty {
      spec["extra"] = Document(
        user.extra.sorted { $0.key < $1.key }.map { key, values in
          (key, Document(values.map { Document($0) }))
        })
    }
    return spec
  }
}
