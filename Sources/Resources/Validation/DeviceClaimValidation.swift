/// The rules of claims of devices and of their templates. What their expressions say is not looked
/// at here.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation"; upstream's messages.
enum DeviceClaimValidation {
  private static let constraintsMax = 32

  /// - Parameter old: what is replaced. As its wish stays, only a new claim's is looked at.
  static func claimErrors(_ claim: Document, replacing old: Document?) -> [FieldError] {
    old == nil ? errors(claim["spec"], at: "spec") : []
  }

  static func templateErrors(_ template: Document) -> [FieldError] {
    metadataErrors(template[path: "spec", "metadata"], at: "spec.metadata")
      + errors(template[path: "spec", "spec"], at: "spec.spec")
  }

  /// Of what is made of a template, labels and annotations are all that it can say.
  private static func metadataErrors(_ metadata: Document?, at path: String) -> [FieldError] {
    let others = (metadata ?? .emptyObject).members.filter {
      $0.name != "labels" && $0.name != "annotations" && !isNothing($0.value)
    }
    return MetadataValidation.annotations(metadata?["annotations"], at: "\(path).annotations")
      + MetadataValidation.labels(metadata?["labels"], at: "\(path).labels")
      + others.map {
        // Upstream makes field names of Go's.
        .forbidden("\(path).\($0.name == "uid" ? "uID" : $0.name)", "cannot be set")
      }
  }

  private static func isNothing(_ value: Document) -> Bool {
    value.isNull || value.string?.isEmpty == true || value.integer == 0
      || (value.isArray || value.isObject) && value.isEmpty
  }

  /// What is claimed stays.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    if Document.haveSameMeaning(new["spec"], old["spec"]) { return [] }
    return [.invalid("spec", new["spec"], "field is immutable")]
  }

  /// - Parameter path: where the claim's `spec` stands.
  private static func errors(_ spec: Document?, at path: String) -> [FieldError] {
    let devices = spec?["devices"]
    let place = "\(path).devices"
    let names = DeviceRequestNames(devices)
    var errors = ListRule.set(
      devices?["requests"], max: DeviceRequestNames.countMax, at: "\(place).requests",
      by: .member("name"), DeviceRequestValidation.errors)
    errors += ListRule.items(
      devices?["constraints"], max: constraintsMax, at: "\(place).constraints"
    ) { constraintErrors($0, names, at: $1) }
    errors += ListRule.items(
      devices?["config"], max: DeviceConfigurationValidation.countMax, at: "\(place).config"
    ) {
      names.listErrors($0["requests"], at: "\($1).requests")
        + DeviceConfigurationValidation.errors($0, at: $1)
    }
    return errors
  }

  private static func constraintErrors(
    _ constraint: Document, _ names: DeviceRequestNames, at path: String
  ) -> [FieldError] {
    let errors = names.listErrors(constraint["requests"], at: "\(path).requests")
    for member in ["matchAttribute", "distinctAttribute"] {
      guard let name = constraint[member] else { continue }
      return errors + DeviceNameRule.fullyQualified(name, at: "\(path).\(member)")
    }
    return errors + [
      .required(
        path,
        #"exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields "#
          + "are set")
    ]
  }
}
