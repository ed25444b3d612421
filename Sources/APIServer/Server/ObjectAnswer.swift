import Networking
import Resources
import Store

/// The answer of a verb that returns one object: in the client's encoding and shape.
struct ObjectAnswer: Sendable {
  private let call: APICall
  private let media: MediaType
  private let responder: Responder
  /// Told to the user beside the answer.
  var warnings: [String] = []
  /// The same, of what comes up while a write is under way.
  let told = WarningList()

  /// - Throws: 406 where the client takes none of the encodings offered.
  init(_ call: APICall, _ responder: Responder) throws(APIError) {
    self.call = call
    self.responder = responder
    let accept = call.request.headers["accept"]
    // What is only answered, and never stored, has no metadata to show in another shape.
    let shapes: [MediaType.Shape] =
      call.served.collection == nil ? [.object] : [.object, .table, .partialMetadata]
    let custom = call.served.custom
    guard
      let media = MediaType.negotiate(
        accept: accept, isOffered: { shapes.contains($0.shape) && $0.fits(custom, call.path) })
    else { throw .notAcceptable }
    if media.shape == .table { try RequestOptions.requireValidTable(call.query) }
    self.media = media
  }

  func send(_ result: Result<Collection.Outcome, APIError>, status: Int = 200) {
    switch result {
    case .success(let outcome): send(outcome, status: status)
    case .failure(let error): responder.send(error, for: call.request, headers: warningFields)
    }
  }

  func send(_ outcome: Collection.Outcome, status: Int = 200) {
    var headers = warningFields
    switch media.shape {
    case .table:
      let table = TableAnswer(call).table(of: [outcome.document], revision: nil)
      responder.send(table, ofKind: .table, as: media.encoding, status: status, headers: headers)
    case .partialMetadata, .partialMetadataList:
      responder.send(
        PartialMetadata.of(outcome.document), ofKind: .partialObjectMetadata, as: media.encoding,
        status: status, headers: headers)
    case .object, .discovery:
      if case .stored(let object) = outcome {
        headers.add("content-type", media.encoding.rawValue)
        headers.add("cache-control", "no-cache, private")
        let body = ObjectEncoding.bytes(of: object, call.served, media.encoding)
        responder.send(
          ServerResponse(status: status, headers: headers, body: .bytes(body)), to: call.request)
      } else {
        responder.send(
          outcome.document, ofKind: kind(of: outcome.document), as: media.encoding,
          status: status, headers: headers, to: call.request)
      }
    }
  }

  /// A subresource may answer with another kind than its resource's: `Scale`, `TokenRequest`.
  private func kind(of document: Document) -> GroupVersionKind {
    guard let version = document["apiVersion"]?.string, let kind = document["kind"]?.string else {
      return call.served.kind
    }
    return GroupVersionKind(apiVersion: version, kind: kind)
  }

  private var warningFields: HeaderFields {
    var headers = call.served.deprecationFields
    for warning in warnings + told.all { headers.warn(warning) }
    return headers
  }

  /// Tells that an object is gone, as deletes of most kinds do.
  func sendStatus(deleted document: Document, _ type: ResourceType) {
    let metadata = document["metadata"]
    let status: Document = [
      "kind": "Status", "apiVersion": "v1", "metadata": .emptyObject, "status": "Success",
      "details": [
        "name": metadata?["name"] ?? "", "group": Document(type.group),
        "kind": Document(type.plural), "uid": metadata?["uid"] ?? "",
      ],
    ]
    responder.send(status, ofKind: .status, as: media.encoding, headers: warningFields)
  }
}

extension APIError {
  static let notAcceptable = notAcceptable(offered: MediaType.Encoding.names)

  static func notAcceptable(offered: String) -> APIError {
    APIError(
      code: 406, reason: .notAcceptable,
      message: "only the following media types are accepted: \(offered)")
  }
}

/// An object without anything but its metadata.
enum PartialMetadata {
  static func of(_ object: Document) -> Document {
    [
      "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
      "metadata": object["metadata"] ?? .emptyObject,
    ]
  }
}
