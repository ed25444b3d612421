import Resources

/// Bytes of each encoding as documents.
enum ObjectDecoding {
  /// - Parameters:
  ///   - type: what the body should be; `nil` takes any object.
  ///   - warnings: unknown and duplicate members are told here, unless they are refused or ignored.
  static func json(
    _ body: [UInt8], _ type: SchemaType?, _ kind: GroupVersionKind, _ validation: FieldValidation,
    _ warnings: inout [String]
  ) throws(APIError) -> Document {
    guard let type else { return try json(body) }
    do throws(DocumentError) {
      let parsed = try DocumentParser.parse(json: body, as: type, validation: validation)
      if validation == .warn { warnings += parsed.problems.map(\.description) }
      return parsed.document
    } catch {
      throw error.apiError(expecting: kind)
    }
  }

  /// As `json`, of a body that holds one YAML document.
  static func yaml(
    _ body: [UInt8], _ type: SchemaType?, _ kind: GroupVersionKind, _ validation: FieldValidation,
    _ warnings: inout [String]
  ) throws(APIError) -> Document {
    do throws(DocumentError) {
      guard let type else { return try DocumentParser.parse(yaml: body) }
      let parsed = try DocumentParser.parse(yaml: body, as: type, validation: validation)
      if validation == .warn { warnings += parsed.problems.map(\.description) }
      return parsed.document
    } catch {
      throw error.apiError(expecting: kind)
    }
  }

  static func protobuf(_ body: [UInt8], _ type: SchemaType?, _ kind: GroupVersionKind)
    throws(APIError) -> Document
  {
    do throws(ProtobufError) {
      return try ProtobufCodec.builtin.decode(body, as: type)
    } catch {
      throw .badRequest(
        "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): \(error)")
    }
  }

  /// Any JSON value: patches.
  static func json(_ body: [UInt8]) throws(APIError) -> Document {
    do throws(JSONError) {
      return try Document(json: body)
    } catch {
      throw .badRequest(error.description)
    }
  }
}
