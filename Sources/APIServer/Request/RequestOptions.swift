import Foundations
import Networking
import Resources

/// What the query of a request asks for beside the object, checked as upstream checks it: a value
/// outside what the API defines is answered with 422.
/// Source: meta/v1 `CreateOptions`, `UpdateOptions`, `PatchOptions`, `DeleteOptions`, `ListOptions`.
enum RequestOptions {
  private static let managerByteCountMax = 128

  /// - Throws: 422 that names the parameter.
  static func requireValidWrite(_ query: QueryItems, _ verb: APICall.Verb) throws(APIError) {
    let kind =
      switch verb {
      case .create: "CreateOptions"
      case .update: "UpdateOptions"
      case .patch: "PatchOptions"
      default: "DeleteOptions"
      }
    if let text = query["dryRun"], text != "All" {
      throw invalid(
        kind,
        FieldError(
          "dryRun", .notSupported(value: "[\"\(text)\"]"), "supported values: \"All\""))
    }
    if let manager = query["fieldManager"], manager.utf8.count > managerByteCountMax {
      throw invalid(kind, .tooLong("fieldManager", byteCountMax: managerByteCountMax))
    }
    if let manager = query["fieldManager"],
      let position = manager.unicodeScalars.firstIndex(where: { !$0.isPrintable })
    {
      let code = String(manager.unicodeScalars[position].value, radix: 16, uppercase: true)
      let place = manager.utf8.distance(from: manager.startIndex, to: position)
      throw invalid(
        kind,
        .invalid(
          "fieldManager", Document(manager),
          "invalid character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) "
            + "(at position \(place))"))
    }
    if let text = query["fieldValidation"], !text.isEmpty, FieldValidation(rawValue: text) == nil {
      throw invalid(
        kind, .notSupported("fieldValidation", text, ["", "Ignore", "Strict", "Warn"]))
    }
  }

  /// - Throws: 422 that names the parameter.
  static func requireValidRead(_ query: QueryItems, isWatch: Bool) throws(APIError) {
    _ = try query.integer("timeoutSeconds")
    let match = query["resourceVersionMatch"] ?? ""
    let version = query["resourceVersion"] ?? ""
    let streamsInitial = query["sendInitialEvents"] != nil
    if streamsInitial, !isWatch {
      throw invalid(
        "ListOptions",
        .forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    }
    if streamsInitial, match != "NotOlderThan" {
      throw invalid(
        "ListOptions",
        .forbidden(
          "resourceVersionMatch",
          "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
    }
    if match.isEmpty || streamsInitial { return }
    if isWatch {
      throw invalid(
        "ListOptions",
        .forbidden(
          "resourceVersionMatch",
          "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
    }
    guard match == "Exact" || match == "NotOlderThan" else {
      throw invalid(
        "ListOptions",
        .notSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""]))
    }
    if version.isEmpty {
      throw invalid(
        "ListOptions",
        .forbidden(
          "resourceVersionMatch",
          "resourceVersionMatch is forbidden unless resourceVersion is provided"))
    }
    if match == "Exact", version == "0" {
      throw invalid(
        "ListOptions",
        .forbidden(
          "resourceVersionMatch",
          "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
    }
  }

  /// - Throws: 400 for what a table cannot hold of an object.
  static func requireValidTable(_ query: QueryItems) throws(APIError) {
    guard let text = query["includeObject"], !["", "Metadata", "Object", "None"].contains(text)
    else { return }
    throw .badRequest(
      "Unable to convert to Table as requested: includeObject: Invalid value: \"\(text)\": must be "
        + "'Metadata', 'Object', 'None', or empty")
  }

  static func invalid(_ kind: String, _ error: FieldError) -> APIError {
    let options = ResourceType(
      group: "meta.k8s.io", version: "v1", plural: "", kind: kind, isNamespaced: false)
    return .invalid(options, "", [error.cause])
  }
}
