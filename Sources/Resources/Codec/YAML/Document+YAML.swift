extension Document {
  /// Reads all documents of a YAML stream; empty ones are left out. JSON is YAML, so it passes too.
  /// Aliases and merge keys are resolved. Of members with equal names, the last counts.
  package static func documents(yaml bytes: [UInt8]) throws(YAMLError) -> [Document] {
    var documents: [Document] = []
    for json in try YAMLReader.documents(bytes) {
      do {
        documents.append(try Document(json: json))
      } catch {
        throw YAMLError(line: 1, problem: error.description)
      }
    }
    return documents
  }

  package static func documents(yaml text: String) throws(YAMLError) -> [Document] {
    try documents(yaml: Array(text.utf8))
  }

  /// The value as YAML in block style, members in order of name, with a line break at the end.
  package var yaml: String {
    var writer = YAMLWriter()
    writer.write(self)
    return writer.text
  }
}

extension DocumentParser {
  /// Reads one YAML document as a schema type, with all that `parse(json:as:)` checks.
  /// - Throws: `.malformedYAML` too where there is no document, or more than one.
  package static func parse(
    yaml bytes: [UInt8], as type: SchemaType, validation: FieldValidation = .strict
  ) throws(DocumentError) -> Result {
    // JSON proper goes the short way; libyaml also refuses some escapes that JSON allows.
    if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
      do {
        return try parse(json: bytes, as: type, validation: validation)
      } catch {
        guard case .malformed = error else { throw error }
      }
    }
    return try parse(json: try onlyDocument(yaml: bytes), as: type, validation: validation)
  }

  /// Reads one YAML document, whatever is in it.
  /// - Throws: `.malformedYAML`.
  package static func parse(yaml bytes: [UInt8]) throws(DocumentError) -> Document {
    let json = try onlyDocument(yaml: bytes)
    do {
      return try Document(json: json)
    } catch {
      throw .malformed(error)
    }
  }

  /// The JSON of the one YAML document in a text.
  /// - Throws: `.malformedYAML`.
  package static func json(ofYAML bytes: [UInt8]) throws(DocumentError) -> [UInt8] {
    try onlyDocument(yaml: bytes)
  }

  /// Where a mapping of a YAML text has a key twice, worded as upstream's parser words it.
  package static func duplicates(inYAML bytes: [UInt8]) throws(DocumentError) -> [YAMLError] {
    do throws(YAMLError) {
      return try YAMLReader.duplicates(bytes)
    } catch {
      throw .malformedYAML(error)
    }
  }

  private static func onlyDocument(yaml bytes: [UInt8]) throws(DocumentError) -> [UInt8] {
    let documents: [[UInt8]]
    do {
      documents = try YAMLReader.documents(bytes)
    } catch {
      throw .malformedYAML(error)
    }
    guard documents.count == 1 else {
      let problem = documents.isEmpty ? "there is no document" : "there is more than one document"
      throw .malformedYAML(YAMLError(line: 1, problem: problem))
    }
    return documents[0]
  }
}
