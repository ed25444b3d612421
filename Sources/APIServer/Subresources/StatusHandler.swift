import Networking
import Resources

/// `status` and the other subresources that are a view of the whole object: reads give the object,
/// writes change the subresource's part of it (`ObjectPreparation.updated`).
struct PartHandler: ResourceHandler {
  let name: String
  let collection: CollectionHandler

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    switch call.verb {
    case .get: try collection.get(call, responder)
    case .update: try collection.update(call, subresource: name, responder)
    case .patch: try collection.patch(call, subresource: name, responder)
    default: throw .wrongMethod
    }
  }
}

extension APIError {
  static let wrongMethod = APIError.methodNotAllowed(
    "the server does not allow this method on the requested resource")
}
