import Foundations
import Networking
import Resources

/// Turns request bodies into documents: by content type, guided by the schema of what is expected.
package struct RequestCodec: Sendable {
  package init() {}

  /// The object in a body.
  /// - Parameters:
  ///   - kind: what is expected; the resource's own kind where `nil`.
  ///   - warnings: what to tell the user beside the answer.
  /// - Throws: 400 for a body that is no such object, 415 for another content type.
  func object(of call: APICall, kind: GroupVersionKind? = nil, warnings: inout [String])
    throws(APIError) -> Document
  {
    let custom = kind == nil ? call.served.custom : nil
    let kind = kind ?? call.served.kind
    let contentType = call.request.headers["content-type"] ?? ""
    let validation = try Self.validation(of: call)
    let object: Document
    if let custom {
      object = try CustomDecoding.object(
        call.request.body, contentType: contentType, custom, validation, &warnings)
    } else {
      object = try document(
        call.request.body, contentType: contentType, kind: kind, validation, &warnings)
    }
    guard object.isObject else {
      throw .badRequest("the body holds no object; expected a \(kind.kind)")
    }
    try requireKind(object, kind)
    return object
  }

  static func validation(of call: APICall) throws(APIError) -> FieldValidation {
    guard let text = call.query["fieldValidation"], !text.isEmpty else { return .warn }
    try RequestOptions.requireValidWrite(call.query, call.verb)
    return FieldValidation(rawValue: text) ?? .warn
  }

  private func document(
    _ body: [UInt8], contentType: String, kind: GroupVersionKind, _ validation: FieldValidation,
    _ warnings: inout [String]
  ) throws(APIError) -> Document {
    let type = Schema.builtin.type(of: kind)
    // The usual one is told without a look at its characters.
    let isPlain = contentType == "application/json"
    switch isPlain ? contentType : contentType.prefix(while: { $0 != ";" }).lowercased() {
    case "", "application/json":
      return try ObjectDecoding.json(body, type, kind, validation, &warnings)
    case "application/yaml":
      return try ObjectDecoding.yaml(body, type, kind, validation, &warnings)
    case "application/vnd.kubernetes.protobuf": return try ObjectDecoding.protobuf(body, type, kind)
    default:
      throw APIError(
        code: 415, reason: .unsupportedMediaType,
        message: "the body of the request was in an unknown format - accepted media types include: "
          + MediaType.Encoding.names)
    }
  }

  private func requireKind(_ object: Document, _ kind: GroupVersionKind) throws(APIError) {
    let foundVersion = object["apiVersion"]?.string ?? ""
    let foundKind = object["kind"]?.string ?? ""
    if (foundVersion.isEmpty || foundVersion == kind.apiVersion)
      && (foundKind.isEmpty || foundKind == kind.kind)
    {
      return
    }
    throw .badRequest(
      "the object in the body is a \(foundKind) of \(foundVersion), "
        + "and this URL takes a \(kind.kind) of \(kind.apiVersion)")
  }

  // MARK: Delete options

  /// The options of a delete: from the body, or else from the query.
  func deleteOptions(of call: APICall) throws(APIError) -> DeleteOptionsWithDryRun {
    var document = Document.emptyObject
    if !call.request.body.isEmpty {
      var warnings: [String] = []
      let kind = GroupVersionKind(group: "", version: "v1", kind: "DeleteOptions")
      document = try self.document(
        call.request.body, contentType: call.request.headers["content-type"] ?? "", kind: kind,
        .ignore, &warnings)
      // Whoever sends an object means something else than its end.
      let found = document["kind"]?.string ?? ""
      if !found.isEmpty, found != kind.kind {
        throw .badRequest("the body of a delete holds \(kind.kind), and not a \(found)")
      }
    }
    if document["gracePeriodSeconds"] == nil,
      let grace = try call.query.integer("gracePeriodSeconds")
    {
      document["gracePeriodSeconds"] = Document(grace)
    }
    if document["propagationPolicy"] == nil, let policy = call.query["propagationPolicy"] {
      document["propagationPolicy"] = Document(policy)
    }
    if document["orphanDependents"] == nil, call.query["orphanDependents"] != nil {
      document["orphanDependents"] = Document(call.query.isTrue("orphanDependents"))
    }
    return try DeleteOptionsWithDryRun(document)
  }

  // MARK: Patches

  /// The patch in a body. `kind` as for `object`.
  func patch(of call: APICall, kind: GroupVersionKind? = nil) throws(APIError) -> RequestedPatch {
    let media = (call.request.headers["content-type"] ?? "").prefix { $0 != ";" }.lowercased()
    guard let format = Patch.Format(rawValue: media) else {
      throw APIError(
        code: 415, reason: .unsupportedMediaType,
        message: "the body of the request was in an unknown format - accepted media types include: "
          + "application/json-patch+json, application/merge-patch+json, "
          + "application/strategic-merge-patch+json, application/apply-patch+yaml")
    }
    let custom = kind == nil ? call.served.custom : nil
    if custom != nil && format == .strategicMerge { throw CustomDecoding.noStrategicMerge }
    if call.query["force"] != nil {
      throw .badRequest("query parameter \"force\" may not be specified for non-apply patch")
    }
    return RequestedPatch(
      format: format, body: try ObjectDecoding.json(call.request.body),
      kind: kind ?? call.served.kind, validation: try Self.validation(of: call), custom: custom)
  }
}

/// The options of a delete together with its dry run, which the query may also ask for.
struct DeleteOptionsWithDryRun {
  var options = DeleteOptions()
  var isDryRun = false

  /// - Throws: 400 for values outside what the API defines.
  init(_ document: Document) throws(APIError) {
    options.gracePeriodSeconds = document["gracePeriodSeconds"]?.integer
    if let grace = options.gracePeriodSeconds, grace < 0 { options.gracePeriodSeconds = 1 }
    options.uid = document[path: "preconditions", "uid"]?.string
    options.resourceVersion = document[path: "preconditions", "resourceVersion"]?.string
    if let text = document["propagationPolicy"]?.string {
      if document["orphanDependents"] != nil {
        throw RequestOptions.invalid(
          "DeleteOptions",
          .invalid(
            "propagationPolicy", Document(text),
            "orphanDependents and deletionPropagation cannot be both set"))
      }
      guard let policy = PropagationPolicy(rawValue: text) else {
        throw RequestOptions.invalid(
          "DeleteOptions",
          .notSupported("propagationPolicy", text, ["Foreground", "Background", "Orphan", "nil"]))
      }
      options.propagationPolicy = policy
    } else if let orphans = document["orphanDependents"]?.bool {
      options.propagationPolicy = orphans ? .orphan : .background
    }
    let stages = document["dryRun"] ?? .emptyArray
    if stages.elements.contains(where: { $0.string != "All" }) {
      throw RequestOptions.invalid(
        "DeleteOptions",
        FieldError(
          "dryRun", .notSupported(value: stages.jsonText), "supported values: \"All\""))
    }
    isDryRun = document["dryRun"]?.elements.contains { $0.string == "All" } ?? false
  }
}
