import Resources

/// Bodies of requests for custom resources as documents.
enum CustomDecoding {
  static let noStrategicMerge = APIError(
    code: 415, reason: .unsupportedMediaType,
    message: "the body of the request was in an unknown format - accepted media types include: "
      + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")

  /// An object, with its defaults and without what its schema does not know.
  static func object(
    _ body: [UInt8], contentType: String, _ custom: CustomVersion, _ validation: FieldValidation,
    _ warnings: inout [String]
  ) throws(APIError) -> Document {
    let media = contentType.prefix { $0 != ";" }.lowercased()
    guard ["", "application/json", "application/yaml"].contains(media) else {
      throw APIError(
        code: 415, reason: .unsupportedMediaType,
        message: "the body of the request was in an unknown format - accepted media types include: "
          + "application/json, application/yaml")
    }
    let reading: CustomVersion.Reading
    do throws(DocumentError) {
      let json = media == "application/yaml" ? try DocumentParser.json(ofYAML: body) : body
      reading = try custom.read(json: json, validation)
    } catch {
      throw error.apiError(expecting: custom.kind)
    }
    // Nothing else says what a document is that may hold anything.
    for (member, shown) in [("kind", "Kind"), ("apiVersion", "apiVersion")]
    where reading.document[member]?.string?.isEmpty ?? true {
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(custom.kind.kind)): "
          + "Object '\(shown)' is missing")
    }
    if validation == .warn { warnings += reading.problems.map(\.description) }
    return reading.document
  }

  /// A configuration to be applied, in which nothing unknown may stand.
  static func configuration(
    _ body: [UInt8], _ custom: CustomVersion, _ validation: FieldValidation,
    _ warnings: inout [String]
  ) throws(APIError) -> Document {
    let reading: CustomVersion.Reading
    do throws(DocumentError) {
      let duplicates = try DocumentParser.duplicates(inYAML: body)
      if validation == .strict && !duplicates.isEmpty {
        throw DocumentError.malformedYAML(duplicates[0])
      }
      if validation == .warn { warnings += duplicates.map(\.description) }
      reading = try custom.read(
        json: try DocumentParser.json(ofYAML: body), .ignore, addsDefaults: false)
    } catch {
      if case .malformedYAML(let error) = error {
        throw .badRequest("error decoding YAML: \(error)")
      }
      throw error.apiError(expecting: custom.kind)
    }
    let unknown = reading.problems.filter { $0.kind == .unknown }.map {
      ".\($0.path): field not declared in schema"
    }
    guard unknown.isEmpty else {
      let name = reading.document[path: "metadata", "name"]?.string ?? ""
      let namespace = reading.document[path: "metadata", "namespace"]?.string ?? ""
      let list =
        unknown.count == 1 ? unknown[0] : "errors:\n  " + unknown.joined(separator: "\n  ")
      throw .badRequest(
        "failed to create typed patch object (\(namespace)/\(name); \(custom.kind)): \(list)")
    }
    return reading.document
  }
}
