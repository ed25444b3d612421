import Networking
import Resources

/// `selfsubjectreviews`: who am I?
struct SelfReviewHandler: ResourceHandler {
  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    let answer = try ObjectAnswer(call, responder)
    let review: Document = [
      "kind": Document(call.type.kind), "apiVersion": Document(call.type.apiVersion),
      "metadata": ["creationTimestamp": .null], "status": ["userInfo": call.user.info],
    ]
    answer.send(.unstored(review), status: 201)
  }
}

extension User {
  /// As authentication/v1 UserInfo.
  var info: Document {
    var info: Document = ["username": Document(name)]
    if !uid.isEmpty { info["uid"] = Document(uid) }
    if !groups.isEmpty { info["groups"] = Document(groups.map { Document($0) }) }
    if !extra.isEmpty {
      info["extra"] = Document(
        extra.keys.sorted().map { key in
          (key, Document((extra[key] ?? []).map { Document($0) }))
        })
    }
    return info
  }
}
