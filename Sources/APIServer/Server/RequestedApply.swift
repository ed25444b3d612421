import Foundations
import Networking
import Resources
import Store

/// A configuration that a client applies, read and checked.
struct RequestedApply: Sendable {
  static let mediaType = "application/apply-patch+yaml"
  /// Source: meta/v1 validation of a field manager's name.
  private static let managerBytesMax = 128

  let configuration: Document
  let isForced: Bool
  let warnings: [String]
  let context: Collection.WriteContext

  static func isWanted(by call: APICall) -> Bool {
    (call.request.headers["content-type"] ?? "").prefix { $0 != ";" }.lowercased() == mediaType
  }

  /// - Parameter kind: of the configuration; the resource's own where `nil`.
  /// - Throws: 400 for a body that is no such object, 422 where no manager is named.
  init(_ call: APICall, kind: GroupVersionKind? = nil) throws(APIError) {
    let custom = kind == nil ? call.served.custom : nil
    let kind = kind ?? call.served.kind
    try Self.requireManager(call)
    let validation = try RequestCodec.validation(of: call)
    var warnings: [String] = []
    if let custom {
      configuration = try CustomDecoding.configuration(
        call.request.body, custom, validation, &warnings)
    } else {
      configuration = try ObjectDecoding.yaml(
        call.request.body, Schema.builtin.type(of: kind), kind, validation, &warnings)
    }
    self.warnings = warnings
    guard configuration["apiVersion"]?.string == kind.apiVersion,
      configuration["kind"]?.string == kind.kind
    else {
      throw .badRequest(
        "invalid object type: \(configuration["apiVersion"]?.string ?? ""), "
          + "Kind=\(configuration["kind"]?.string ?? ""); this URL takes \(kind)")
    }
    isForced = call.query["force"] != nil && call.query.isTrue("force")
    context = try call.writeContext()
  }

  private static func requireManager(_ call: APICall) throws(APIError) {
    let manager = call.query["fieldManager"] ?? ""
    if manager.isEmpty {
      throw invalidOptions(
        APIError.Cause(
          reason: "FieldValueRequired",
          message: "Required value: is required for apply patch", field: "fieldManager"))
    }
    if manager.utf8.count > managerBytesMax {
      throw invalidOptions(
        APIError.Cause(
          reason: "FieldValueTooLong",
          message: "Too long: may not be more than \(managerBytesMax) bytes",
          field: "fieldManager"))
    }
  }

  private static func invalidOptions(_ cause: APIError.Cause) -> APIError {
    let options = ResourceType(
      group: "meta.k8s.io", version: "v1", plural: "patchoptions", kind: "PatchOptions",
      isNamespaced: false)
    return .invalid(options, "", [cause])
  }
}
