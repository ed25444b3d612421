/// What kubectl's client-side apply left in an annotation, and how its server-side apply goes on from
/// there: it takes what it owned in that way, and keeps the annotation in step for older clients.
/// Source: Kubernetes documentation, "Server-Side Apply", "Upgrading from client-side apply".
struct LastApplied {
  private static let annotation = "kubectl.kubernetes.io/last-applied-configuration"
  /// Other managers neither read nor write the annotation.
  private static let manager = "kubectl"

  private let configuration: Document

  /// - Returns: `nil` where the manager does not go by the annotation or there is none to go by.
  init?(of live: Document, for writer: FieldWriter) {
    guard writer.manager == Self.manager,
      let text = live["metadata"]?["annotations"]?[Self.annotation]?.string, !text.isEmpty,
      let configuration = try? Document(json: text),
      configuration["apiVersion"]?.string == writer.apiVersion
    else { return nil }
    self.configuration = configuration
  }

  /// The fields that the object still holds as they were applied.
  func fields(unchangedIn live: Document, type: SchemaType?) -> FieldSet {
    let comparison = FieldComparison(from: configuration, to: live, type: type)
    return AppliedConfiguration(document: configuration, type: type).fields
      .subtracting(comparison.changed).subtracting(comparison.removed)
  }

  /// Notes a configuration in the object's annotation, where it has one; takes the annotation away
  /// where it would grow too large.
  static func note(_ configuration: Document, in object: inout Document, by writer: FieldWriter) {
    guard writer.manager == manager, let annotations = object["metadata"]?["annotations"],
      annotations[annotation]?.string?.isEmpty == false
    else { return }
    var bare = configuration
    if bare["metadata"]?["annotations"] != nil {
      bare["metadata"]?["annotations"]?[annotation] = nil
    }
    let text = bare.jsonText + "\n"
    let others = annotations.members.reduce(0) { sum, member in
      member.name == annotation
        ? sum : sum + member.name.utf8.count + (member.value.stringBytes?.count ?? 0)
    }
    let size = others + annotation.utf8.count + text.utf8.count
    let fits = size <= MetadataValidation.annotationsByteCountMax
    object["metadata"]?["annotations"]?[annotation] = fits ? Document(text) : nil
  }
}
